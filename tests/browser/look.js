// What the tests ask of a page that stands. Put in by page.evaluate, which no CSP binds.
(() => {
  const hidden = (it) =>
    !it.checkVisibility({ visibilityProperty: true }) ||
    (it.closest(".vh") && !it.closest(":focus")) ||
    getComputedStyle(it).clipPath === "inset(50%)";
  const words = (it) => it.innerText.replace(/\s+/g, " ").trim();

  /** Pieces of text that stick out of the window, or of a box that cuts or frames them. */
  function cut() {
    const found = [];
    const room = { left: 0, right: document.documentElement.clientWidth };
    const framed = "a.btn, a.dial, button, .row > label, .flag > div, .leave, summary, .card, .plate, .q";
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      if (!text.data.trim() || hidden(text.parentElement)) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const frames = [];
      for (let box = text.parentElement; box !== document.body; box = box.parentElement) {
        const cuts = getComputedStyle(box).overflow !== "visible";
        if (cuts || box.matches(framed)) frames.push(box.getBoundingClientRect());
      }
      const out = [...range.getClientRects()].some((rect) =>
        [room, ...frames].some(
          (box) =>
            rect.left < box.left - 1 || rect.right > box.right + 1 ||
            rect.top < box.top - 1 || rect.bottom > box.bottom + 1,
        ),
      );
      if (out) found.push(text.data.trim());
    }
    return found;
  }

  /** Whether the page can be pushed sideways. */
  function slides() {
    const root = document.scrollingElement;
    return root.scrollWidth > root.clientWidth;
  }

  /** Links, buttons and choices that a finger would miss, with their sizes. */
  function small() {
    const found = [];
    for (const it of document.querySelectorAll("a[href], button, summary, input:not([type=hidden])")) {
      if (hidden(it)) continue;
      const target = it.labels?.[0] || it;
      const box = target.getBoundingClientRect();
      const inText =
        target === it &&
        ["inline", "inline-block"].includes(getComputedStyle(it).display) &&
        words(it) !== words(it.parentElement);
      const heights = [...it.getClientRects()].map((rect) => rect.height);
      const height = inText ? Math.min(...heights) : box.height;
      const least = inText ? 24 : 44;
      if (height < least - 0.1 || box.width < least - 0.1) {
        found.push(`${words(target)}: ${box.width.toFixed(1)} x ${height.toFixed(1)}`);
      }
    }
    return found;
  }

  /** What has the keyboard's focus, where it is and whether one can see that. */
  function focused() {
    const it = document.activeElement;
    const shown = it.labels?.[0] || it; // the ring of a choice goes round its whole row
    const box = shown.getClientRects()[0];
    const style = getComputedStyle(shown);
    const middle = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
    return {
      words: words(shown),
      kind: it.type || it.localName,
      top: box.top + scrollY,
      bottom: box.bottom + scrollY,
      inside: box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth,
      uncovered: shown.contains(middle),
      ring: style.outlineStyle !== "none" || style.boxShadow !== "none",
    };
  }

  return { cut, slides, small, focused };
})()
