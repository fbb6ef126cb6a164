// Making elements. Nothing of the description is run as HTML: everything is made with createElement and text nodes.

/** Make an element; children may be nodes or texts, null is passed over. */
export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** Make text in which `such` words are code. */
export const inline = (text) => text.split("`").map((part, index) => (index % 2 ? el("code", {}, part) : part));

/** Make paragraphs of a text; one whose lines begin with a dash is a list. */
export function prose(text) {
  return (text || "").split(/\n{2,}/).filter(Boolean).map((part) => {
    const lines = part.split("\n").map((line) => line.trim());
    if (lines.every((line) => line.startsWith("- ")))
      return el("ul", {}, ...lines.map((line) => el("li", {}, ...inline(line.slice(2)))));
    return el("p", {}, ...inline(lines.join(" ")));
  });
}

/** Make a table; on a narrow screen each of its rows is a block. */
export function table(titles, rows) {
  const head = titles.some(Boolean)
    ? el("thead", {}, el("tr", {}, ...titles.map((title) => (title ? el("th", { scope: "col" }, title) : el("td", {})))))
    : null;
  return el("table", {}, head, el("tbody", {}, ...rows.map(({ id, cells }) =>
    el("tr", id ? { id } : {}, ...cells.map((cell) => el("td", {}, ...cell))))));
}

/** Make text that is shown as it is, and can be copied. */
export const verbatim = (text) => el("pre", { tabindex: "0" }, text);
