// Whether two files are one program, but for the names of what is declared in it. Read as syntax trees, by deno's own parser.
// tests/test_minify.py runs it: `deno test same_program.js -- ONE OTHER`.

/** @typedef {{[key: string]: any}} Tree */

/**
 * @param {string} name
 * @param {string} source
 * @returns {Tree}
 */
function parse(name, source) {
  /** @type {Tree[]} */
  const found = [];
  /** @type {any} */ (Deno).lint.runPlugin(
    {
      name: "reader",
      rules: {
        read: {
          create: () => ({
            Program(/** @type {Tree} */ node) {
              found.push(plain(node));
            },
          }),
        },
      },
    },
    name,
    source,
  );
  if (!found.length) throw new Error(`${name} cannot be read`);
  return found[0];
}

/**
 * @param {any} node
 * @returns {any} what the tree says, without places
 */
function plain(node) {
  if (Array.isArray(node)) return node.map(plain);
  if (node === null || typeof node !== "object") return typeof node === "bigint" ? String(node) : node;
  /** @type {Tree} */
  const copy = { type: node.type };
  for (const key in node) {
    if (!/^(parent|range|loc|shorthand|type|comments)$/.test(key)) copy[key] = plain(node[key]);
  }
  return copy;
}

/**
 * Walk both trees at once; pairs of names of variables are collected for each statement of the top level.
 * @param {any} one
 * @param {any} other
 * @param {string} path
 * @param {(one: string, other: string) => void} named
 */
function compare(one, other, path, named) {
  if (one === null || typeof one !== "object") {
    if (!Object.is(one, other)) throw new Error(`${path}: ${JSON.stringify(one)} became ${JSON.stringify(other)}`);
    return;
  }
  // deno lint sees to it that nobody assigns to a constant.
  if (one.kind === "const" && other?.kind === "let") one.kind = "let";
  if (one.type === "Identifier" && other?.type === "Identifier") return named(one.name, other.name);
  const keys = new Set([...Object.keys(one), ...Object.keys(other ?? {})]);
  for (const key of keys) {
    const isName = !one.computed && ((one.type === "MemberExpression" && key === "property") ||
      (/^(Property|MethodDefinition|PropertyDefinition)$/.test(one.type) && key === "key"));
    if (isName && one[key].name !== other?.[key]?.name) {
      throw new Error(`${path}: the property ${one[key].name} became ${other?.[key]?.name}`);
    }
    if (!isName) compare(one[key], other?.[key], `${path}.${one[key]?.type ?? key}`, named);
  }
}

const [first, second] = Deno.args.map((name) => Deno.readTextFileSync(name));

Deno.test("one program", () => {
  const one = parse("one.js", first);
  const other = parse("other.js", second);
  if (one.body.length !== other.body.length) throw new Error(`${one.body.length} and ${other.body.length} statements`);
  let count = 0;
  for (const [index, statement] of one.body.entries()) {
    const forth = new Map();
    const back = new Map();
    compare(statement, other.body[index], `statement ${index}`, (name, short) => {
      count++;
      if (!forth.has(name)) forth.set(name, short);
      if (!back.has(short)) back.set(short, name);
      if (forth.get(name) !== short || back.get(short) !== name) {
        throw new Error(`statement ${index}: ${name} became ${short}, ${forth.get(name)} stands for it elsewhere`);
      }
    });
  }
  if (!count) throw new Error("no names");
});
