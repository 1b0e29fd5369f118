// While an answer is on its way the button says so and cannot be pressed twice; the page works without this file.
for (const form of document.querySelectorAll("form.ask")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("button");
    button.dataset.says = button.textContent;
    button.disabled = true;
    button.textContent = form.dataset.busy || "正在查，请稍等……";
  });
}
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form.ask button")) {
    button.disabled = false;
    button.textContent = button.dataset.says || button.textContent;
  }
});
