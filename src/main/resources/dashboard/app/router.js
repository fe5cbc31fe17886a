// Pages are addressed behind the #, so that one document serves them all under any path.

/** `#/jobs/847?x=y` as `{page, args, query}`. */
export function route() {
  const [path, search] = location.hash.replace(/^#\/?/, "").split("?");
  const [page, ...args] = path.split("/").filter(Boolean).map(part => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
  return { page: page || "overview", args, query: Object.fromEntries(new URLSearchParams(search || "")) };
}

export function go(address) {
  location.hash = address;
}
