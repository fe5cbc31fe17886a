// JSON as it was written: cut into its tokens and laid out, never read into numbers, so that 1.0 and 64 bits stay.
const DEEPEST = 100;
const TOKEN = /\s*(?:([{}[\]:,"])|([^\s{}[\]:,"]+))/y;

/** Where the string ends that begins before. No pattern: those go down a level with each escape. */
function endOf(text, at) {
  while (at < text.length && text[at] !== "\"") {
    at += text[at] === "\\" ? 2 : 1;
  }
  return at + 1;
}

/** Each token with where it begins and ends. */
function* tokens(text) {
  TOKEN.lastIndex = 0;
  let at = 0;
  for (let found = TOKEN.exec(text); found; found = TOKEN.exec(text)) {
    const from = TOKEN.lastIndex - (found[1] || found[2]).length;
    at = found[1] === "\"" ? endOf(text, from + 1) : TOKEN.lastIndex;
    yield [text.slice(from, at), from, at];
    TOKEN.lastIndex = at;
  }
}

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A tree of `{open, items: [{key, value}]}` with the leaves' text, or null for what is no object or array, or too deep. */
export function tree(text) {
  if (!/^\s*[{[]/.test(text) || !isJson(text)) {
    return null;
  }
  const root = { items: [] };
  const stack = [root];
  let key = null;
  let last = null;
  for (const [token] of tokens(text)) {
    const top = stack[stack.length - 1];
    if (token === "{" || token === "[") {
      const node = { open: token, items: [] };
      top.items.push({ key, value: node });
      if (stack.push(node) > DEEPEST) {
        return null;
      }
      key = null;
    } else if (token === "}" || token === "]") {
      stack.pop();
    } else if (token === ":") {
      key = last;
      top.items.pop();
    } else if (token !== ",") {
      top.items.push({ key, value: token });
      last = token;
      key = null;
    }
  }
  return root.items[0].value;
}

/** The text of a field of an object, as it stands; undefined where it has none. */
export function member(text, name) {
  const wanted = JSON.stringify(name);
  let depth = 0;
  let before = "";
  let start = -1;
  let end = -1;
  for (const [token, , to] of tokens(text)) {
    if (start >= 0 && depth === 1 && (token === "," || token === "}")) {
      return text.slice(start, end).trim();
    }
    if (start < 0 && depth === 1 && token === ":" && before === wanted) {
      start = to;
    } else {
      before = token;
    }
    depth += token === "{" || token === "[" ? 1 : token === "}" || token === "]" ? -1 : 0;
    end = to;
  }
  return undefined;
}

/** Laid out with two blanks a level, every token as it was. */
export function pretty(text) {
  const parsed = tree(text);
  if (!parsed) {
    return text;
  }
  const lines = (node, indent) => {
    if (typeof node === "string") {
      return node;
    }
    const close = node.open === "{" ? "}" : "]";
    if (!node.items.length) {
      return node.open + close;
    }
    const inner = `${indent}  `;
    const items = node.items.map(({ key, value }) => `${inner}${key ? `${key}: ` : ""}${lines(value, inner)}`);
    return `${node.open}\n${items.join(",\n")}\n${indent}${close}`;
  };
  return lines(parsed, "");
}
