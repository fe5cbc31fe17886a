// Tables as files.
/** A cell that a spreadsheet takes for text, not for a formula. */
function cell(value) {
  const text = value === null || value === undefined ? "" : String(value);
  const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll("\"", "\"\"")}"` : safe;
}

/** A row as a line of the file. */
export const csvLine = row => `${row.map(cell).join(",")}\r\n`;

/** Saves a table as a file; its lines may come in parts. By the mark before them spreadsheets know UTF-8. */
export function saveCsv(name, header, rows, parts = []) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff", csvLine(header), ...parts, ...rows.map(csvLine)], { type: "text/csv" }));
  link.download = `posthaste-${name}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** Does it, three times before it gives up on a server that is away or busy for a moment. */
export async function patiently(work) {
  for (let turn = 1; ; turn++) {
    try {
      return await work();
    } catch (refused) {
      if (turn === 3 || (refused.status && refused.status < 500 && refused.status !== 429)) {
        throw refused;
      }
      await new Promise(over => setTimeout(over, 1000 * turn));
    }
  }
}
