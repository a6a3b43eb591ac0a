// Fills the address of a postal code without leaving the page; without this file the button asks the server.
"use strict";

(() => {
  const fill = (address) => {
    const place = document.getElementById("id_municipality");
    const line = document.getElementById("id_address");
    if (place) place.value = address.municipality ? address.municipality.code : "outside";
    if (!line) return "市区町村を入れました。";
    // Whoever has typed a house number already keeps it.
    if (/[0-9０-９]/.test(line.value) && !line.value.startsWith(address.line)) {
      return "市区町村を入れました。住所は、入力されているものをそのままにしました。";
    }
    if (!line.value.startsWith(address.line)) line.value = address.line;
    return "住所を入れました。続けて、番地や建物名を入力してください。";
  };

  const lookUp = async (box, button) => {
    const told = box.querySelector("[data-postal-status]");
    const code = document.getElementById("id_postal_code").value;
    const tell = (text, missing) => {
      told.textContent = text;
      told.classList.toggle("postal__status--missing", missing);
    };
    button.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${box.dataset.postalUrl}?code=${encodeURIComponent(code)}`);
      const found = await answer.json();
      tell(answer.ok ? fill(found) : found.error, !answer.ok);
    } catch {
      tell("住所を調べられませんでした。お手数ですが、住所を直接入力してください。", true);
    }
    button.removeAttribute("aria-busy");
  };

  for (const button of document.querySelectorAll("[data-postal-button]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      lookUp(button.closest("[data-postal]"), button);
    });
  }
})();
