/** Does something that may be refused; the reason stands in the tool. */
export async function attempt(root, work) {
  const fault = root.querySelector(".fault");
  try {
    await work();
    fault.hidden = true;
  } catch (error) {
    fault.textContent = error.message;
    fault.hidden = false;
  }
}
