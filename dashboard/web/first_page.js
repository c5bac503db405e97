// What the widgets of the app leave out for whoever listens or types: names, roles, the way past the menu, keys without a
// button on the page, the sight of what is marked. It sets attributes of what is drawn, and draws nothing.
(() => {
  const skip = document.getElementById("vigie-skip");
  const words = JSON.parse(skip.dataset.words); // by the name of a language: its code, the words of the link, of the menu, of fields
  const clicks = JSON.parse(skip.dataset.keys); // key -> what it clicks
  const main = "[data-testid=stMainBlockContainer]";
  const card = "[class*=st-key-card-]";

  const set = (node, name, value) => {
    if (node && node.getAttribute(name) !== value) node.setAttribute(name, value);
  };

  const speak = () => {
    const chosen = document.querySelector(".st-key-language-choice [aria-checked=true]");
    const said = chosen && words[chosen.textContent.trim()];
    if (!said) return;
    set(document.documentElement, "lang", said[0]);
    if (skip.textContent !== said[1]) skip.textContent = said[1];
    set(document.querySelector("[data-testid=stSidebarNav]"), "aria-label", said[2]);
    translate(said[3]);
  };

  // What Streamlit's own fields say, word for word and there alone: a post that says the same stays as it is.
  const fields = [
    "[data-testid=stFileUploaderDropzone]",
    "[data-testid=InputInstructions]",
    "[data-testid=stMainMenuPopover]",
    "[data-testid=stElementToolbar]",
    "[role=listbox][data-empty=true]",
  ].join(", ");
  const lost = "Page not found";
  const translate = (ours) => {
    const titles = [...document.querySelectorAll("section[role=dialog] > h2[slot=title]")];
    const told = titles.filter((title) => title.textContent === lost).map((title) => title.parentElement);
    for (const close of document.querySelectorAll("section[role=dialog] > button[aria-label=Close]")) {
      set(close, "aria-label", ours.Close);
    }
    for (const field of [...document.querySelectorAll(fields), ...told]) {
      const texts = document.createTreeWalker(field, NodeFilter.SHOW_TEXT);
      for (let node = texts.nextNode(); node; node = texts.nextNode()) {
        const size = node.data.match(/^(\d+)(MB per file)(?= |$)/);
        const put = size ? node.data.replace(size[0], `${size[1]}\u00a0${ours[size[2]]}`) : ours[node.data];
        if (put && put !== node.data) node.data = put;
      }
      for (const named of field.querySelectorAll("[aria-label]")) {
        const put = ours[named.getAttribute("aria-label")];
        if (put) set(named, "aria-label", put);
      }
    }
  };

  // Each card is an article, and says whose it is as a heading under the one before it.
  const outline = () => {
    let level = 1;
    for (const node of document.querySelectorAll(`${main} :is(h1, h2, h3, h4), ${main} ${card}`)) {
      if (node.matches(card)) {
        const byline = node.querySelector("[data-testid=stCaptionContainer] p");
        set(node, "role", "article");
        if (!byline) continue;
        set(node, "aria-label", byline.textContent);
        set(byline, "role", "heading");
        set(byline, "aria-level", String(level + 1));
      } else {
        level = Number(node.tagName[1]);
      }
    }
  };

  // Where the mark goes on from one card to another, the page goes with it.
  let seen = null;
  const follow = () => {
    const mark = document.querySelector(".st-key-marked");
    const now = mark && mark.closest(card);
    if (now && seen && now !== seen && seen.isConnected) now.scrollIntoView({ block: "nearest" });
    seen = now || seen;
  };

  // On a phone a row of choices is one line: it begins where what is chosen can be seen.
  const begun = new WeakSet();
  const begin = () => {
    for (const row of document.querySelectorAll(`${main} [data-testid=stButtonGroup] > [role]`)) {
      if (begun.has(row)) continue;
      begun.add(row);
      const chosen = row.querySelector("[aria-checked=true], [aria-pressed=true]");
      if (chosen) row.scrollLeft = chosen.offsetLeft + chosen.offsetWidth / 2 - row.clientWidth / 2;
    }
  };

  const mend = () => {
    speak();
    begin();
    outline();
    follow();
    // Boxes stand beside the app, and are of its scheme.
    const app = document.querySelector("[data-testid=stApp]");
    if (app) document.documentElement.style.colorScheme = getComputedStyle(app).colorScheme;
    // A chart is one picture with its words; its marks have no names of their own.
    for (const drawn of document.querySelectorAll("[data-testid=stVegaLiteChart][aria-label] svg")) {
      set(drawn, "aria-hidden", "true");
    }
    // The line below a figure has no words: the figure and its change are said.
    for (const drawn of document.querySelectorAll("[data-testid=stMetricChart]")) set(drawn, "aria-hidden", "true");
    // A hint is read with what it belongs to, and stands outside of the page.
    for (const hint of document.querySelectorAll("[data-floating-ui-portal]:has(> [role=tooltip])")) {
      set(hint, "aria-hidden", "true");
    }
    // A box is called what its button is, whose name may be hidden by the signs of code.
    for (const box of document.querySelectorAll("[role=dialog][aria-label^='`']")) {
      set(box, "aria-label", box.getAttribute("aria-label").replaceAll("`", ""));
    }
    // Streamlit puts pages under titles in boxes that no list may have: the menu says what it is by its name.
    for (const node of document.querySelectorAll("[data-testid=stSidebarNav] :is(ul, li)")) set(node, "role", "none");
    for (const zone of document.querySelectorAll("section[data-testid=stFileUploaderDropzone]")) set(zone, "role", "group");
  };

  let waits = false;
  new MutationObserver(() => {
    if (waits) return;
    waits = true;
    setTimeout(() => {
      waits = false;
      mend();
    }, 60);
  }).observe(document.body, { childList: true, subtree: true });

  skip.addEventListener("click", (event) => {
    event.preventDefault();
    const target = document.querySelector(`${main} ${card}`) || document.querySelector(main);
    if (!target) return;
    target.tabIndex = -1;
    target.focus();
  });

  const types = "input, textarea, select, [contenteditable=true], [role=dialog] *";
  document.addEventListener("keydown", (event) => {
    const wanted = clicks[event.key];
    if (!wanted || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches(types) || document.querySelector("[role=dialog]")) return;
    const button = document.querySelector(wanted);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
})();
