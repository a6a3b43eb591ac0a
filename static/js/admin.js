// Names for the controls that select2 builds: its combobox and its search box have none of their own.
"use strict";

(() => {
  const labelOf = (select) => document.querySelector(`label[for="${CSS.escape(select.id)}"]`);

  const name = (select) => {
    const label = labelOf(select);
    const box = select.nextElementSibling?.querySelector?.(".select2-selection");
    if (!label || !box) return;
    label.id ||= `${select.id}_label`;
    const shown = box.querySelector(".select2-selection__rendered")?.id;
    box.setAttribute("aria-labelledby", shown ? `${label.id} ${shown}` : label.id);
    if (select.getAttribute("aria-describedby")) {
      box.setAttribute("aria-describedby", select.getAttribute("aria-describedby"));
    }
    if (select.getAttribute("aria-invalid")) box.setAttribute("aria-invalid", "true");
    for (const empty of box.querySelectorAll("[role=textbox]:empty")) empty.textContent = "選んでいません";
  };

  // What is shown may be a title of its own that says the same; without it there is nothing to misread.
  const watch = (select) => {
    name(select);
    const container = select.nextElementSibling;
    if (container) new MutationObserver(() => name(select)).observe(container, { childList: true, subtree: true });
  };

  window.addEventListener("load", () => {
    const jQuery = window.django?.jQuery;
    if (!jQuery) return;
    for (const select of document.querySelectorAll("select.admin-autocomplete")) {
      watch(select);
      jQuery(select).on("select2:open", () => {
        const label = labelOf(select)?.firstChild?.textContent?.trim() ?? "";
        const search = document.querySelector(".select2-container--open .select2-search__field");
        search?.setAttribute("aria-label", `${label}をさがす`);
        document
          .querySelector(".select2-container--open .select2-results__options")
          ?.setAttribute("aria-label", `${label}の候補`);
        search?.focus();
      });
      // A press on the label leads to the control that stands for the select.
      labelOf(select)?.addEventListener("click", () => {
        select.nextElementSibling?.querySelector(".select2-selection")?.focus();
      });
    }
  });
})();
