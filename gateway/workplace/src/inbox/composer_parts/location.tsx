// Sending a place: its coordinates, or a link of a map that has them, with what it is called.

import { useState } from "preact/hooks";
import { newKey } from "../../core/api.js";
import { here } from "../../core/session.ts";
import { withMessage } from "../../core/store.js";
import { t } from "../../core/words.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Form, TextField } from "../../ui/form.tsx";
import { pointOf } from "./place.ts";

export default function LocationBox({ id, onClose }: { id: string; onClose: () => void }) {
  const { api, store } = here();
  const [where, setWhere] = useState("");
  const [name, setName] = useState("");
  const [address, setAddress] = useState("");
  const [key] = useState(newKey);
  const send = async () => {
    const point = pointOf(where);
    if (!point) throw Object.assign(new Error(t("composer.place_unread")), { errors: [{ pointer: "/content/latitude", message: t("composer.place_unread") }] });
    const content = { type: "location", ...point, ...(name.trim() && { name: name.trim() }), ...(address.trim() && { address: address.trim() }) };
    const message = await api.send(id, { content }, key);
    store.set((state: object) => withMessage(state, message));
    onClose();
  };
  return (
    <Dialog title={t("composer.place")} onClose={onClose}>
      <Form send={send} submit={t("composer.send")} onCancel={onClose} changed={where !== ""}>
        <TextField label={t("composer.place_where")} hint={t("composer.place_hint")} pointer="/content/latitude" value={where} onChange={setWhere} />
        <TextField label={t("composer.place_name")} pointer="/content/name" value={name} onChange={setName} />
        <TextField label={t("composer.place_address")} pointer="/content/address" value={address} onChange={setAddress} />
      </Form>
    </Dialog>
  );
}
