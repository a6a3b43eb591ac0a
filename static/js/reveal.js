// A box to tick that shows the password while it is typed. Without this file it stays hidden, as browsers do.
"use strict";

(() => {
  for (const [index, field] of document.querySelectorAll("input[type=password]").entries()) {
    const row = document.createElement("div");
    row.className = "choice reveal";
    const box = document.createElement("input");
    box.type = "checkbox";
    box.id = `reveal-${index}`;
    const label = document.createElement("label");
    label.className = "choice__label";
    label.htmlFor = box.id;
    label.textContent = "パスワードを表示する";
    row.append(box, label);
    field.closest(".field__control").after(row);
    box.addEventListener("change", () => {
      field.type = box.checked ? "text" : "password";
    });
    // What is sent is a password again, so that the browser offers to keep it.
    field.form.addEventListener("submit", () => {
      field.type = "password";
    });
  }
})();
