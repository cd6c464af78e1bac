// What the page does in the browser: copying, the theme, and the size of a file before it is sent.
(() => {
  const copy = async (button) => {
    const text = document.getElementById(button.dataset.copy).textContent;
    await navigator.clipboard.writeText(text);
    const label = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 1500);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.copy) copy(button);
    if (button && "themeSwitch" in button.dataset) document.body.classList.toggle("dark");
  });

  // Gradio would say it in the corner, in English, and only after reading the file.
  const refuseLarge = (event, files) => {
    const field = event.target.closest(".klue-field");
    const message = field?.querySelector("[data-limit]");
    if (!message || !files?.length) return;
    const file = files[0];
    const tooLarge = file.size > Number(message.dataset.limit);
    message.hidden = !tooLarge;
    if (!tooLarge) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    const values = {
      name: file.name,
      found: Math.ceil(file.size / 1e6),
      limit: Math.floor(Number(message.dataset.limit) / 1e6),
    };
    message.textContent = `⚠ ${message.dataset.tooLarge.replace(/\{(\w+)\}/g, (_, key) => values[key])}`;
    if (event.type === "change") event.target.value = "";
  };
  document.addEventListener("change", (event) => {
    if (event.target.type === "file") refuseLarge(event, event.target.files);
  }, true);
  document.addEventListener("drop", (event) => refuseLarge(event, event.dataTransfer?.files), true);
})();
