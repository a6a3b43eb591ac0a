// Names for the controls that select2 builds over a select: they have none of their own.
"use strict";

(() => {
  const jQuery = window.django?.jQuery;
  if (!jQuery) return;

  const labelOf = (select) => document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
  const boxOf = (select) => select.nextElementSibling?.querySelector(".select2-selection");

  const name = (select) => {
    const label = labelOf(select);
    const box = boxOf(select);
    if (!label || !box) return;
    label.id ||= `${select.id}_label`;
    const shown = box.querySelector(".select2-selection__rendered");
    if (shown) shown.setAttribute("aria-labelledby", label.id);
    box.setAttribute("aria-labelledby", shown?.id ? `${label.id} ${shown.id}` : label.id);
    for (const attribute of ["aria-describedby", "aria-invalid"]) {
      const value = select.getAttribute(attribute);
      if (value) box.setAttribute(attribute, value);
    }
  };

  const prepare = (select) => {
    name(select);
    jQuery(select).on("change", () => name(select));
    jQuery(select).on("select2:open", () => {
      const label = labelOf(select)?.firstChild?.textContent?.trim() ?? "";
      const box = boxOf(select);
      if (box?.hasAttribute("aria-owns")) box.setAttribute("aria-controls", box.getAttribute("aria-owns"));
      const open = document.querySelector(".select2-container--open .select2-dropdown");
      const search = open?.querySelector(".select2-search__field");
      search?.setAttribute("aria-label", `${label}をさがす`);
      open?.querySelector(".select2-results__options")?.setAttribute("aria-label", `${label}の候補`);
      search?.focus();
    });
    // A press on the label, or a link of the error summary, leads to what stands for the select.
    labelOf(select)?.addEventListener("click", () => boxOf(select)?.focus());
    select.addEventListener("focus", () => boxOf(select)?.focus());
  };

  // After select2's own start, which was registered before.
  jQuery(() => {
    for (const select of document.querySelectorAll("select.admin-autocomplete")) prepare(select);
  });
})();
