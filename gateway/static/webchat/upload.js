/* A file on its way to the server: answers with its id, or with why it was refused. */
export async function sendFile(address, { identity, token }, file) {
  const form = new FormData();
  form.append("file", file, file.name);
  const headers = { Authorization: `Bearer ${identity || token}` };
  const answer = await fetch(address, { method: "POST", body: form, headers });
  const said = await answer.json();
  return answer.ok ? { id: said.id } : { refused: said.detail };
}
