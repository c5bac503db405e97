// Streamlit asks for the program of a field as it draws the field, and draws an empty box until it has it: the page then
// moves, a third of a second later. The programs that came with the page are given at once.
import { t as fetched } from "./HELPER?own";

const held = new Map(); // the name of a file -> its module
const ASKED = /import\([`"']\.\/([\w.-]+\.js)[`"']\)/;

for (const link of document.querySelectorAll("link[data-held]")) {
  const name = link.href.split("/").pop();
  import(`./${name}`).then((module) => held.set(name, module)).catch(() => {}); // it is asked for again when it is drawn
}

const atOnce = (module) => {
  const given = Promise.resolve(module);
  const later = given.then.bind(given);
  given.then = (use, fail) => (use ? atOnce(use(module)) : later(use, fail));
  return given;
};

export const t = (load, needed, from) => {
  const module = held.get(ASKED.exec(load)?.[1]);
  return module ? atOnce(module) : fetched(load, needed, from);
};
