// Draws the charts of desks with ECharts from the numbers of their table: the table is the text, the drawing repeats it.
// Colours are given as the names of tokens, so that themes and paper change them without a new drawing.
const MOST = 10;
const ROW = 2.6, AROUND = 3; // height of a lying bar, and of what is around bars, in letters
const TONES = { main: "var(--primary)", late: "var(--red)", good: "var(--good)", quiet: "var(--rule-strong)" };
const COLOURS = ["var(--primary)", "var(--rule-strong)", "var(--good)", "var(--warn)", "var(--primary-hover)"];
const MONTH = /^(\d+)年(\d+)月(?:（(.*)）)?$/;
const drawn = [];

for (const place of document.querySelectorAll("[data-chart]")) begin(place);
new MutationObserver(() => drawn.forEach((each) => each())).observe(document.documentElement, { attributeFilter: ["data-theme"] });

function begin(place) {
  const table = place.closest("figure").querySelector("table");
  const area = place.querySelector(".plot__area");
  const data = table && read(table, place.dataset);
  if (!area || !data || !data.names.length) return;
  if (data.isLying) area.style.height = `min(18rem, ${ROW * data.names.length * (place.dataset.chart === "bar" ? data.series.length : 1) + AROUND + (data.series.length > 1 ? 1.8 * data.series.length : 0)}em)`;
  const chart = echarts.init(area, null, { renderer: "svg" });
  const draw = () => {
    chart.resize();
    chart.setOption(options(place.dataset.chart, data, area), true);
  };
  new ResizeObserver(() => requestAnimationFrame(draw)).observe(area); // also says the first size
  drawn.push(draw);
}

// Which columns: "7" is the number in the eighth cell, "7%" the share written in it; all of them when nothing is said.
function read(table, { chart, columns = "", tones = "", mark = "", series = "" }) {
  const heads = [...table.tHead.rows[0].cells];
  const wanted = columns ? columns.split(" ") : heads.slice(1, series ? 1 + Number(series) : undefined).map((_, at) => String(at + 1));
  const tone = tones ? tones.split(" ") : [];
  // Lines that only say what is in the one above them are not drawn again.
  let rows = [...table.tBodies[0].rows].filter((row) => !("part" in row.dataset)).map((row) => ({
    name: row.cells[0].dataset.short || row.cells[0].textContent.trim(),
    values: wanted.map((column) => number(row.cells[parseInt(column)].textContent, column.endsWith("%"))),
  }));
  // From the table of the page, the most telling bodies: those with the most, or with the smallest share.
  const isShare = wanted[0].endsWith("%") || table.tBodies[0].rows[0]?.cells[parseInt(wanted[0])].textContent.trim().endsWith("%");
  if (columns) {
    const weight = ({ values }) => (chart === "stacked" ? values.reduce((sum, each) => sum + (each ?? 0), 0) : values[0]);
    rows = rows.filter((row) => row.values[0] !== null && (isShare || weight(row) > 0));
    rows.sort((a, b) => (isShare ? a.values[0] - b.values[0] : weight(b) - weight(a)));
  }
  if (columns || (wanted.length === 1 && chart === "bar" && !rows.every((row) => MONTH.test(row.name)))) rows = rows.slice(0, MOST);
  return {
    isShare,
    isLying: chart !== "line" && chart !== "days" && !rows.every((row) => MONTH.test(row.name)),
    isDays: chart === "days",
    marked: mark ? rows.findIndex((row) => row.name === mark) + 1 : 0,
    names: rows.map((row) => row.name),
    series: wanted.map((column, at) => ({
      name: heads[parseInt(column)].textContent.trim(),
      colour: TONES[tone[at]] ?? COLOURS[at % COLOURS.length],
      values: rows.map((row) => row.values[at]),
    })),
  };
}

function number(text, isShare) {
  const found = text.replaceAll(",", "").match(isShare ? /(\d+(?:\.\d+)?)%/ : /\d+(?:\.\d+)?/);
  return found ? Number(found[isShare ? 1 : 0]) : null;
}

function options(kind, data, area) {
  const style = getComputedStyle(area);
  const size = parseFloat(style.fontSize);
  const text = { color: "var(--ink)", fontFamily: style.fontFamily, fontSize: size * 0.92 };
  const isNarrow = area.clientWidth < size * 34;
  const names = {
    type: "category",
    data: data.names,
    inverse: data.isLying,
    axisTick: { show: false },
    ...(data.marked && { splitLine: { show: true, showMinLine: false, showMaxLine: false, interval: (at) => at === data.marked, lineStyle: { color: "var(--ink-2)", type: "dashed" } } }),
    axisLine: { lineStyle: { color: "var(--rule-strong)" } },
    axisLabel: { ...text, interval: everyOther(data, isNarrow), lineHeight: size * 1.25, formatter: (name, at) => shortened(data.names, at, isNarrow),
      ...(data.isLying && { width: size * (isNarrow ? 7.5 : 12.5), overflow: "truncate" }) },
  };
  const isScaled = ["line", "stacked", "days"].includes(kind);
  const values = {
    type: "value",
    minInterval: 1,
    ...(data.isShare && { max: 100 }),
    splitNumber: 4,
    splitLine: { show: isScaled, lineStyle: { color: "var(--rule)" } }, // elsewhere the bars say their number
    axisLabel: { ...text, show: isScaled },
  };
  const isKeyed = data.series.length > 1;
  const keys = data.series.reduce((sum, each) => sum + each.name.length + 3.5, 0) * size;
  const isPiled = isKeyed && keys > area.clientWidth; // the keys one below the other
  return {
    animation: false,
    textStyle: text,
    grid: { left: size * 0.3, right: size * (data.isLying ? 3.2 : 0.8), top: size * (isPiled ? 0.8 + 1.8 * data.series.length : isKeyed ? 2.4 : 1.2), bottom: 0, outerBoundsMode: "same" },
    legend: isKeyed ? { left: 0, top: 0, orient: isPiled ? "vertical" : "horizontal", itemGap: isPiled ? size * 0.6 : size * 1.5, selectedMode: false, textStyle: text, inactiveColor: "var(--ink-2)" } : undefined,
    tooltip: { trigger: "axis", renderMode: "richText", confine: true, backgroundColor: "var(--surface)", borderColor: "var(--rule-strong)",
      borderWidth: 1, textStyle: text, shadowBlur: 0, formatter: words(data),
      axisPointer: { type: kind === "line" ? "line" : "shadow", lineStyle: { color: "var(--rule-strong)" }, shadowStyle: { color: "var(--ink)", opacity: 0.06 } } },
    xAxis: data.isLying ? values : names,
    yAxis: data.isLying ? names : values,
    series: data.series.map((each, at) => series(kind, each, at, { ...data, text, size })),
  };
}

// The year stands where it begins, and how far the last month is counted.
function shortened(names, at, isNarrow) {
  const month = names[at].match(MONTH);
  if (!month) return names[at];
  const isFirst = at === 0 && !isNarrow && names[1]?.match(MONTH)?.[2] !== "1";
  const below = month[2] === "1" || isFirst ? `${month[1]}年` : month[3] ?? "";
  return `${month[2]}月\n${below}`;
}

// Where little room is, every other month, and January always; of working days every fifth; of many days as many as fit.
function everyOther({ names, isDays }, isNarrow) {
  if (isDays) return (at) => at % 5 === 0 && /^\d+$/.test(names[at]);
  if (names.length > 12) return "auto";
  const january = names.findIndex((name) => name.match(MONTH)?.[2] === "1");
  return isNarrow && january >= 0 ? (at) => (january - at) % 2 === 0 : 0;
}

const words = (data) => (points) => {
  const lines = points.map((point) => `${point.seriesName}：${point.value ?? "—"}${data.isShare ? "%" : ""}`);
  return [data.names[points[0].dataIndex], ...lines].join("\n");
};

function series(kind, { name, colour, values }, at, { text, size, isLying, isShare, series }) {
  const common = { name, data: values, color: colour, itemStyle: { color: colour }, emphasis: { disabled: true } };
  if (kind === "line") {
    return { ...common, type: "line", symbol: at ? "rect" : "circle", symbolSize: size * 0.5, showAllSymbol: values.length <= 31, showSymbol: values.length <= 31,
      lineStyle: { color: colour, width: 2, type: at ? "dashed" : "solid" } };
  }
  const isPart = kind === "part";
  const isTold = kind === "days" ? false : series.length === 1 || (isPart ? at === 0 : isLying && kind !== "stacked");
  return { ...common, type: "bar", barMaxWidth: size * 1.4, barCategoryGap: isLying && (isPart || series.length === 1) ? "45%" : "20%", barGap: isPart ? "-100%" : "0%",
    stack: kind === "stacked" ? "all" : undefined, z: 2 + at,
    label: { ...text, show: isTold, position: isLying ? "right" : "top", formatter: isShare ? "{c}%" : "{c}" } };
}
