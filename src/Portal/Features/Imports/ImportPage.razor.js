/** Saves a file that the server holds; the click that asked for it has passed, so it goes through a link of its own. */
export async function save(name, stream) {
    const url = URL.createObjectURL(new Blob([await stream.arrayBuffer()], { type: "text/csv" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
    URL.revokeObjectURL(url);
}
