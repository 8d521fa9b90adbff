// Reads out the value under the pointer of a chart that the server has drawn. The numbers come out of the drawing itself: across it
// are seconds, upwards thousandths of its height; so a chart that is drawn anew needs nothing from here.

const two = number => String(number).padStart(2, "0");

function pairs(element) {
    return element.getAttribute("points").split(" ").map(pair => pair.split(",").map(Number));
}

function group(number, decimals) {
    const [whole, rest] = String(Number(number.toFixed(decimals))).split(".");
    return whole.includes("e") ? whole : whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest ? "." + rest : "");
}

function moment(date) {
    return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** The value that is nearest to a moment, of all lines. */
function nearest(chart, second) {
    let found = null;
    for (const line of chart.querySelectorAll("polyline")) {
        const points = pairs(line);
        points.forEach(([x, y], index) => {
            if (found === null || Math.abs(x - second) < Math.abs(found.x - second)) {
                found = { x, y, index, line, count: points.length };
            }
        });
    }
    return found;
}

/** Lowest and highest, where the line has a band: there and back again. */
function edges({ line, index }) {
    if (!line.hasAttribute("data-band")) {
        return null;
    }
    const band = pairs(line.previousElementSibling);
    return { high: band[index][1], low: band[band.length - 1 - index][1] };
}

function show(chart, event) {
    const { seconds, from, bottom, top, lowest, highest, sent } = chart.dataset;
    const plot = chart.querySelector(".chart-plot");
    const box = plot.getBoundingClientRect();
    const found = nearest(chart, (event.clientX - box.left) / box.width * Number(seconds));
    if (found === null) {
        return hide(chart);
    }
    const span = Number(top) - Number(bottom);
    const decimals = Math.min(9, Math.max(0, 3 - Math.floor(Math.log10(span))));
    const value = y => Number(bottom) + y * span / 1000;
    const band = edges(found);
    const offset = Number(found.line.dataset.offset ?? 0);
    const lines = [moment(new Date(Number(from) + found.x * 1000)), group(value(found.y), decimals)];
    if (band && band.high !== band.low) {
        lines.push(`${lowest} ${group(value(band.low), decimals)}, ${highest} ${group(value(band.high), decimals)}`);
    }
    if (offset !== 0) {
        lines.push(`${sent} ${group(value(found.y) - offset, decimals)}`);
    }
    const across = found.x / Number(seconds) * 100;
    const [cursor, dot, read] = [".chart-cursor", ".chart-dot", ".chart-read"].map(name => chart.querySelector(name));
    cursor.style.left = dot.style.left = `${across}%`;
    dot.style.bottom = `${found.y / 10}%`;
    read.textContent = lines.join("\n");
    cursor.hidden = dot.hidden = read.hidden = false;
    const left = box.left - chart.getBoundingClientRect().left + across / 100 * box.width;
    read.style.left = `${across < 50 ? left + 12 : left - 12 - read.offsetWidth}px`;
}

function hide(chart) {
    chart.querySelectorAll(".chart-cursor, .chart-dot, .chart-read").forEach(part => { part.hidden = true; });
}

/** Once for each chart; it goes with its element. */
export function follow(chart) {
    chart.addEventListener("pointermove", event => show(chart, event));
    chart.addEventListener("pointerdown", event => show(chart, event));
    chart.addEventListener("pointerleave", () => hide(chart));
}
