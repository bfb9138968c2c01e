// The rules that let the server join the modules into one without reading them as JavaScript.

const folder = new URL("../../justui/browser/", import.meta.url);
/** @type {{name: string, text: string}[]} */
const modules = [];
for await (const { name } of Deno.readDir(folder)) {
  if (name.endsWith(".js")) modules.push({ name, text: await Deno.readTextFile(new URL(name, folder)) });
}

/** @param {RegExp} forbidden */
function offenders(forbidden) {
  return modules.filter(({ text }) => forbidden.test(text)).map(({ name }) => name);
}

/** @param {unknown[]} found */
function none(found) {
  if (!modules.length || found.length) throw new Error(`found ${JSON.stringify(found)}`);
}

Deno.test("names at the top level are unique across the modules", () => {
  const owners = new Map();
  const twice = [];
  for (const { name, text } of modules) {
    for (const [, own] of text.matchAll(/^(?:export )?(?:async )?(?:function|const|let|class) (\w+)/gm)) {
      if (owners.has(own)) twice.push([own, owners.get(own), name]);
      owners.set(own, name);
    }
  }
  none(twice);
});

Deno.test("declarations at the top level are made one by one, so that their names can be found", () => {
  none(offenders(/^(?:export )?(?:const|let) [[{]/m));
});

Deno.test("exports are declarations with names", () => {
  none(offenders(/^export (?!(?:async )?(?:function|const|let|class) )/m));
});

Deno.test("imports name things of a sibling, without renaming", () => {
  none(offenders(/^import (?!\{[\w\s,]+\} from "\.\/\w+\.js";$)/m));
  none(offenders(/^import \{[^}]* as [^}]*\}/m));
});

Deno.test("nothing makes code of text", () => {
  none(offenders(/\beval\(|new Function\b|\.reload\(/));
});
