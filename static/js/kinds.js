// Shows what the chosen resource asks, and nothing of the others; what was typed there stays in the form.
// Without this file every resource's questions can be unfolded.

const box = document.querySelector("[data-kinds]");
const choices = [...document.querySelectorAll("input[name=resource]")];

if (box && choices.length) {
  const kinds = [...box.querySelectorAll("[data-kind]")];
  const told = box.querySelector("[data-kinds-told]");
  const hint = document.createElement("p");
  hint.className = "soft";
  hint.textContent = "上で種類を選ぶと、聞きたいことがここに出ます。";
  box.prepend(hint);
  // In one row, whichever was chosen when the page was made.
  for (const kind of kinds) {
    box.insertBefore(kind, told);
    kind.open = true;
    kind.querySelector("[data-kind-summary]").hidden = true;
  }
  box.querySelector("[data-kinds-others]")?.remove();
  box.querySelector("[data-kinds-hint]")?.remove();
  box.classList.add("kinds--live");

  const number = document.querySelector("input[name=quantity]");
  const unit = document.querySelector("select[name=unit]");
  const help = document.getElementById("id_quantity_helptext");
  const chosen = () => kinds.find((kind) => kind.dataset.kind === choices.find((each) => each.checked)?.value);

  const show = () => {
    const now = chosen();
    for (const kind of kinds) kind.hidden = kind !== now;
    hint.hidden = Boolean(now);
    if (now && help && now.dataset.howMany) help.textContent = now.dataset.howMany;
    return now;
  };

  // The unit that stands there because of the resource, and not because somebody chose it.
  let usual = "";
  const fill = () => {
    if (unit.value && unit.value !== usual) return;
    usual = number.value ? chosen()?.dataset.unit || "" : "";
    unit.value = usual;
  };

  for (const each of choices) {
    each.addEventListener("change", () => {
      const now = show();
      if (number && unit && usual) fill();
      if (now) told.textContent = `「${now.querySelector("h3").textContent.trim()}」の質問を、下に出しました。`;
    });
  }
  // A number most likely counts what this resource is counted in; whoever chose a unit keeps it. Of food it is asked.
  if (number && unit) {
    number.addEventListener("input", fill);
    unit.addEventListener("change", () => {
      usual = "";
    });
  }
  show();
}
