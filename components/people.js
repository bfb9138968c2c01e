// Marks what is of the person at this very tab, on a page that all tabs share: the page itself cannot know who looks at it.
// `data-person` says whose an element is; here it is known which tab this is.

import { link } from "../justui/browser/socket.js";

const mineSheet = new CSSStyleSheet();
let marked = "";

function markMine() {
  const id = link.boot?.tab ?? "";
  if (id === marked) return;
  marked = id;
  const own = `[data-person="${CSS.escape(id)}"]`;
  mineSheet.replaceSync(`${own}.ui-others { display: none }
    ${own}.ui-person { order: -1; outline: 2px solid; outline-offset: 1px }`);
}

markMine();
document.adoptedStyleSheets.push(mineSheet);
link.watchers.push(markMine);
