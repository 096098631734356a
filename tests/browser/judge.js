// Everything about the layout that a script can judge, as sentences; empty when all is well.
() => {
  const found = [];
  const short = (element) => {
    const name = element.tagName.toLowerCase() + (element.className ? "." + String(element.className).split(" ")[0] : "");
    return name + " “" + element.textContent.trim().slice(0, 20) + "”";
  };
  const shown = (element) => {
    const box = element.getBoundingClientRect(), style = getComputedStyle(element);
    return box.width > 1 && box.height > 1 && style.visibility !== "hidden" && style.clip === "auto";
  };
  const root = document.documentElement;

  // nothing sticks out
  if (root.scrollWidth > root.clientWidth) {
    const scrolls = (element) => element && (getComputedStyle(element).overflowX !== "visible" || scrolls(element.parentElement));
    const wide = [...document.querySelectorAll("body *")].filter(
      (element) => element.getBoundingClientRect().right > root.clientWidth + 1 && !scrolls(element.parentElement));
    found.push(`scrolls sideways (${root.scrollWidth} > ${root.clientWidth}): ${wide.slice(0, 3).map(short).join(", ")}`);
  }

  // headings and images
  const headings = [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")];
  const firsts = headings.filter((heading) => heading.tagName === "H1");
  if (firsts.length !== 1) found.push(`${firsts.length} h1`);
  const levels = headings.slice(headings.indexOf(firsts[0])).map((heading) => Number(heading.tagName[1]));
  levels.forEach((level, at) => {
    if (at && level > levels[at - 1] + 1) found.push(`heading jumps from h${levels[at - 1]} to h${level}`);
  });
  for (const image of document.images) if (!image.hasAttribute("alt")) found.push(`image without alt: ${image.src}`);

  // blocks that lie in the page do not overlap
  const lying = (element) => {
    const style = getComputedStyle(element);
    return ["static", "relative"].includes(style.position) && !style.display.startsWith("inline") && style.float === "none";
  };
  for (const parent of document.querySelectorAll("body, body *")) {
    if (parent.closest("svg")) continue;
    const blocks = [...parent.children].filter((child) => shown(child) && lying(child) && child.textContent.trim());
    blocks.forEach((one, at) => {
      const a = one.getBoundingClientRect();
      for (const other of blocks.slice(at + 1)) {
        const b = other.getBoundingClientRect();
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 2 && down > 2) found.push(`${short(one)} overlaps ${short(other)}`);
      }
    });
  }

  // What surrounds a text: hidden on purpose, floating above the page, and the boxes it may be cut by.
  const around = new Map();
  const surroundings = (element) => {
    if (!element || element === root) return { skip: false, boxes: [] };
    if (around.has(element)) return around.get(element);
    const style = getComputedStyle(element), box = element.getBoundingClientRect(), outer = surroundings(element.parentElement);
    const apart = ["fixed", "sticky"].includes(style.position) || style.clip !== "auto" || style.clipPath !== "none";
    const small = style.overflowX !== "visible" && (box.width <= 1 || box.height <= 1);
    const never = /^(SCRIPT|STYLE|NOSCRIPT|TEXTAREA|SELECT|svg)$/.test(element.tagName) || style.visibility === "hidden";
    const boxes = style.overflowX === "visible" && style.overflowY === "visible" ? outer.boxes : [...outer.boxes, {
      box, element, scrolls: /auto|scroll/.test(style.overflowX + style.overflowY),
      meant: style.textOverflow === "ellipsis" || !["none", ""].includes(style.webkitLineClamp),
    }];
    const answer = { skip: outer.skip || apart || small || never, boxes };
    around.set(element, answer);
    return answer;
  };

  // Lines of text, each with the part of it that is seen; as high as its letters, for lines may be set close.
  const lines = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement;
    if (!node.data.trim()) continue;
    const { skip, boxes } = surroundings(element);
    if (skip || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const half = parseFloat(getComputedStyle(element).fontSize) * 0.4;
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      const middle = (rect.top + rect.bottom) / 2;
      const seen = { left: rect.left, right: rect.right, top: middle - half, bottom: middle + half, element };
      if (rect.width < 1 || rect.right < 0) continue;
      for (const { box, element: by, scrolls, meant } of boxes) {
        const cut = Math.max(seen.right - box.right, box.left - seen.left, seen.bottom - box.bottom, box.top - seen.top);
        const gone = box.right <= seen.left || box.left >= seen.right || box.bottom <= seen.top || box.top >= seen.bottom;
        if (cut > 2 && !gone && !scrolls && !meant) found.push(`${short(element)} is cut off by ${short(by)}`);
        seen.left = Math.max(seen.left, box.left), seen.right = Math.min(seen.right, box.right);
        seen.top = Math.max(seen.top, box.top), seen.bottom = Math.min(seen.bottom, box.bottom);
      }
      if (seen.right - seen.left > 2 && seen.bottom - seen.top > 2) lines.push(seen);
    }
  }

  // no text lies on another
  lines.sort((a, b) => a.top - b.top);
  lines.forEach((a, at) => {
    for (let next = at + 1; next < lines.length && lines[next].top < a.bottom - 2; next += 1) {
      const b = lines[next];
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      if (across > 2 && a.element !== b.element) found.push(`the text of ${short(a.element)} lies on that of ${short(b.element)}`);
    }
  });
  return found;
}
