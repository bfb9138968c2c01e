// Tables in `ui.Editor`: the bar beside the table in which the caret stands, and Tab from cell to cell. Knows Quill, no documents.
//
// Each change of a table's shape is a delta that is exact to the cell. What Quill finds out by comparing texts takes one empty
// cell for another, and what others type meanwhile would end in another row.

/** @typedef {{start: number, stop: number}} Span where something stands in the text */
/** @typedef {{id: string, cells: Span[]} & Span} TableRow */
/** @typedef {{rows: TableRow[], row: number, column: number, width: number, node: HTMLElement} & Span} TableAt and where the caret is */
/** @typedef {{at: number, remove?: number, cells?: number, row?: string}} TableEdit */

const GAP = 4;
const ROW = "M2.5 %h13v5h-13zM6.8 %v5M11.2 %v5";
const CROSS = "M11 11l5 5M16 11l-5 5";

/** @type {[name: keyof TableBar, title: string, drawing: string][]} */
const TABLE_TOOLS = [
  ["addRowAbove", "Row above", `${ROW.replaceAll("%", "10.5")}M9 2v5.5M6.2 4.8h5.6`],
  ["addRowBelow", "Row below", `${ROW.replaceAll("%", "2.5")}M9 10.5V16M6.2 13.2h5.6`],
  ["addColumnLeft", "Column left", "M10.5 2.5v13h5v-13zM10.5 6.8h5M10.5 11.2h5M2 9h5.5M4.8 6.2v5.6"],
  ["addColumnRight", "Column right", "M2.5 2.5v13h5v-13zM2.5 6.8h5M2.5 11.2h5M10.5 9H16M13.2 6.2v5.6"],
  ["removeRow", "Delete row", `M2.5 3.5h13v5h-13zM6.8 3.5v5M11.2 3.5v5${CROSS}`],
  ["removeColumn", "Delete column", `M3.5 2.5v13h5v-13zM3.5 6.8h5M3.5 11.2h5${CROSS}`],
  ["removeTable", "Delete table", "M2.5 2.5h13v13h-13zM6.3 6.3l5.4 5.4M11.7 6.3l-5.4 5.4"],
];

const BAR_STYLE = `
justui-editor .ui-table-bar{position:absolute;z-index:4;display:flex;gap:.1rem;padding:.2rem;border:1px solid var(--line);border-radius:var(--radius);background:var(--surface);box-shadow:0 4px 16px #0003}
justui-editor .ui-table-bar[hidden]{display:none}
justui-editor .ui-table-bar button{width:2.25rem;height:2.25rem;min-height:0;margin:0;padding:.5rem;border:0;border-radius:.35rem;background:none;color:var(--ink)}
justui-editor .ui-table-bar button:is(:hover,:focus-visible){background:var(--fill);color:var(--accent)}
justui-editor .ui-table-bar button:nth-child(n+5):is(:hover,:focus-visible){color:var(--bad)}
justui-editor .ui-table-bar svg{display:block;fill:none;stroke:currentColor;stroke-width:1.4;stroke-linecap:round}
`;
let barIsStyled = false;

export class TableBar {
  /** Where the caret was last within a table. */
  caret = -1;

  /**
   * @param {any} quill
   * @param {HTMLElement} box around it
   */
  constructor(quill, box) {
    this.quill = quill;
    this.box = box;
    this.bar = this.drawn();
    box.append(this.bar);
    quill.on("editor-change", () => this.follow());
    quill.root.addEventListener("scroll", () => this.put());
    new ResizeObserver(() => this.put()).observe(box);
    box.addEventListener("focusout", (/** @type {FocusEvent} */ event) => {
      if (!box.contains(/** @type {Node | null} */ (event.relatedTarget))) this.bar.hidden = true;
    });
    quill.keyboard.addBinding({ key: "F10", altKey: true, format: ["table"] }, () => this.focusOn(0));
  }

  drawn() {
    styleBar();
    const bar = document.createElement("div");
    bar.className = "ui-table-bar";
    bar.hidden = true;
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", "Table");
    for (const [name, title, drawing] of TABLE_TOOLS) {
      const button = document.createElement("button");
      button.type = "button";
      button.title = title;
      button.tabIndex = bar.childElementCount ? -1 : 0;
      button.setAttribute("aria-label", title);
      button.innerHTML = `<svg viewBox="0 0 18 18" aria-hidden="true"><path d="${drawing}"></path></svg>`;
      button.onclick = () => /** @type {any} */ (this)[name]();
      bar.append(button);
    }
    bar.addEventListener("mousedown", (event) => event.preventDefault()); // the caret stays where it is
    bar.addEventListener("keydown", (event) => this.pressed(event));
    return bar;
  }

  /** @param {KeyboardEvent} event in the bar */
  pressed(event) {
    const buttons = [...this.bar.children];
    const place = buttons.indexOf(/** @type {Element} */ (document.activeElement));
    const steps = /** @type {{[key: string]: number}} */ ({
      ArrowRight: place + 1,
      ArrowLeft: place - 1 + buttons.length,
      Home: 0,
      End: buttons.length - 1,
    });
    if (event.key === "Escape") this.quill.setSelection(this.caret, "user");
    else if (event.key in steps) this.focusOn(steps[event.key] % buttons.length);
    else return;
    event.preventDefault();
  }

  /** @param {number} place of a button */
  focusOn(place) {
    [...this.bar.children].forEach((one, index) => {
      const button = /** @type {HTMLElement} */ (one);
      button.tabIndex = index === place ? 0 : -1;
      if (index === place) button.focus();
    });
  }

  /** The caret or the text has moved. */
  follow() {
    if (this.bar.contains(document.activeElement)) return this.put();
    const range = this.quill.getSelection();
    const table = range && this.tableAt(range.index);
    this.bar.hidden = !table;
    if (!table) return;
    this.caret = range.index;
    this.put();
  }

  /** Put the bar where it hides neither the table nor, when that is higher than the box, the caret. */
  put() {
    if (this.bar.hidden) return;
    const table = this.tableAt(this.caret);
    if (!table) {
      this.bar.hidden = true;
      return;
    }
    const { bar } = this;
    const box = this.box.getBoundingClientRect();
    const seen = table.node.getBoundingClientRect();
    const last = box.height - bar.offsetHeight - GAP;
    const above = seen.top - box.top - bar.offsetHeight - GAP;
    const below = seen.bottom - box.top + GAP;
    const caret = this.quill.getBounds(this.caret);
    const within = caret && caret.top < box.height / 2 ? last : GAP;
    const top = above >= 0 && above <= last ? above : below >= 0 && below <= last ? below : within;
    bar.style.top = `${top}px`;
    const left = seen.right - box.left - bar.offsetWidth; // where lines seldom reach
    bar.style.left = `${Math.max(GAP, Math.min(left, box.width - bar.offsetWidth - GAP))}px`;
  }

  /**
   * The table that has this place of the text.
   * @param {number} index
   * @returns {TableAt | undefined}
   */
  tableAt(index) {
    const { quill } = this;
    const [table, row, cell] = quill.getModule("table").getTable({ index, length: 0 });
    if (!table) return undefined;
    const span = (/** @type {any} */ blot) => {
      const start = blot.offset(quill.scroll);
      return { start, stop: start + blot.length() };
    };
    const rows = table.rows().map((/** @type {any} */ row) => ({
      id: row.children.head.formats().table,
      cells: row.children.map(span),
      ...span(row),
    }));
    const width = Math.max(...rows.map((/** @type {TableRow} */ { cells }) => cells.length));
    const own = { row: row.rowOffset(), column: cell.cellOffset(), width, node: table.domNode };
    return { rows, ...own, ...span(table) };
  }

  /**
   * Change the table where the caret is, as one step to undo; short rows are filled up on the way.
   * @param {(table: TableAt) => TableEdit[]} edits
   * @param {(table: TableAt) => [row: number, column: number]} goal where the caret is then
   */
  change(edits, goal) {
    const { quill } = this;
    const range = quill.getSelection() ?? { index: this.caret };
    const table = this.tableAt(range.index);
    if (!table) return;
    const filling = table.rows.filter(({ cells }) => cells.length < table.width)
      .map(({ stop, cells, id }) => ({ at: stop, cells: table.width - cells.length, row: id }));
    quill.history.cutoff();
    quill.updateContents(deltaOf([...edits(table), ...filling]), "user");
    quill.history.cutoff();
    this.goTo(table.start, ...goal(table));
  }

  /**
   * @param {number} start of the table
   * @param {number} row
   * @param {number} column
   */
  goTo(start, row, column) {
    const cells = this.tableAt(start)?.rows.at(row)?.cells;
    const cell = cells?.[column] ?? cells?.at(-1);
    this.quill.setSelection(cell ? cell.stop - 1 : Math.min(start, this.quill.getLength() - 1), "user");
  }

  addRowAbove() {
    this.change(
      ({ rows, row, width }) => [{ at: rows[row].start, cells: width, row: newRow() }],
      ({ row, column }) => [row, column],
    );
  }

  addRowBelow() {
    this.change(
      ({ rows, row, width }) => [{ at: rows[row].stop, cells: width, row: newRow() }],
      ({ row, column }) => [row + 1, column],
    );
  }

  /** @param {number} right 1 for the column behind that of the caret */
  addColumn(right) {
    this.change(
      ({ rows, column }) =>
        rows.map(({ cells, stop, id }) => ({ at: cells[column + right]?.start ?? stop, cells: 1, row: id })),
      ({ row, column }) => [row, column + right],
    );
  }

  addColumnLeft() {
    this.addColumn(0);
  }

  addColumnRight() {
    this.addColumn(1);
  }

  removeRow() {
    this.change(
      ({ rows, row }) => [{ at: rows[row].start, remove: rows[row].stop - rows[row].start }],
      ({ rows, row, column }) => [Math.min(row, rows.length - 2), column],
    );
  }

  removeColumn() {
    this.change(
      ({ rows, column }) =>
        rows.flatMap(({ cells }) => cells[column] ?? []).map(({ start, stop }) => ({
          at: start,
          remove: stop - start,
        })),
      ({ row, column }) => [row, Math.max(0, column - 1)],
    );
  }

  removeTable() {
    this.change(({ start, stop }) => [{ at: start, remove: stop - start }], () => [0, 0]);
  }

  /**
   * Go to the next cell or the one before; behind the last one there comes a row more.
   * @param {number} index of the caret
   * @param {boolean} back
   */
  step(index, back) {
    const table = this.tableAt(index);
    if (!table) return;
    const cells = table.rows.flatMap(({ cells }) => cells);
    const place = cells.findIndex(({ stop }) => index < stop) + (back ? -1 : 1);
    if (place === cells.length) {
      this.change(
        ({ rows, width }) => [{ at: rows[rows.length - 1].stop, cells: width, row: newRow() }],
        ({ rows }) => [rows.length, 0],
      );
    } else this.quill.setSelection(place < 0 ? Math.max(0, table.start - 1) : cells[place].stop - 1, "user");
  }

  /** Put in a table of three rows: in place of an empty line, else behind the line of the caret. */
  insert() {
    const { quill } = this;
    const range = quill.getSelection(true);
    if (this.tableAt(range.index)) return;
    const [line] = quill.getLine(range.index);
    const start = line.offset(quill.scroll);
    const behind = line.length() > 1 ? start + line.length() : start;
    const rows = [0, 1, 2].map(() => ({ insert: "\n\n\n", attributes: { table: newRow() } }));
    quill.history.cutoff();
    quill.updateContents(behind < quill.getLength() ? [...retain(behind), ...rows] : atEnd(line, behind, rows), "user");
    quill.history.cutoff();
    this.goTo(behind, 0, 0);
  }
}

/** @param {number} length */
function retain(length) {
  return length ? [{ retain: length }] : [];
}

/**
 * Behind the last line: its own end, which the text itself may lack, stays the end of the text.
 * @param {any} line
 * @param {number} end
 * @param {any[]} inserts
 */
function atEnd(line, end, inserts) {
  const attributes = line.formats();
  const plain = Object.fromEntries(Object.keys(attributes).map((name) => [name, null]));
  const own = Object.keys(plain).length ? [{ retain: 1, attributes: plain }] : [];
  return [...retain(end - 1), { insert: "\n", attributes }, ...inserts, ...own];
}

/** @param {() => TableBar | undefined} bar */
export function tableBindings(bar) {
  return {
    "table tab": {
      key: "Tab",
      shiftKey: null,
      format: ["table"],
      handler: (/** @type {any} */ range, /** @type {any} */ { event }) => bar()?.step(range.index, event.shiftKey),
    },
  };
}

/**
 * @param {TableEdit[]} edits
 * @returns {any[]} the ops of a delta
 */
function deltaOf(edits) {
  /** @type {any[]} */
  const ops = [];
  let place = 0;
  for (const { at, remove, cells, row } of edits.toSorted((one, other) => one.at - other.at)) {
    ops.push(...retain(at - place));
    if (cells) ops.push({ insert: "\n".repeat(cells), attributes: { table: row } });
    else ops.push({ delete: remove });
    place = at + (remove ?? 0);
  }
  return ops;
}

function newRow() {
  return `row-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`;
}

function styleBar() {
  if (barIsStyled) return;
  barIsStyled = true;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(BAR_STYLE);
  document.adoptedStyleSheets.push(sheet);
}
