// The sample of a file header: chosen, uploaded to us and from here to WhatsApp, whose reviewers look at it.

import { useState } from "preact/hooks";
import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { Around, useField } from "../ui/form.tsx";

export type FileFormat = "IMAGE" | "VIDEO" | "DOCUMENT";

const TYPES: Record<FileFormat, string> = { IMAGE: "image/jpeg,image/png", VIDEO: "video/mp4", DOCUMENT: "application/pdf" };

/** Pictures of this visit, by the name that WhatsApp gave them: what was uploaded earlier is only known to WhatsApp. */
const pictures = new Map<string, string>();

export const pictureOf = (handle: string): string | undefined => pictures.get(handle);

export function SampleField({ label, pointer, channelId, format, handle, onChange }: {
  label: string;
  pointer: string;
  channelId: string;
  format: FileFormat;
  handle: string;
  onChange: (handle: string) => void;
}) {
  const { api } = here();
  const { id, fault, tied } = useField({ hint: "sample", pointer });
  const [state, setState] = useState<{ text: string; failed: boolean } | null>(null);
  const upload = async (file: File | undefined) => {
    if (!file) return;
    setState({ text: t("templates.uploading", { name: file.name }), failed: false });
    try {
      const { id: file_id } = await api.upload(file, () => {}, new AbortController().signal);
      const made: { handle: string; format: string } = await api.request("POST", `/channels/${channelId}/templates/samples`, { body: { file_id } });
      if (made.format.toUpperCase() !== format) throw new Error(t("templates.other_file"));
      if (format === "IMAGE") pictures.set(made.handle, (await api.fileLink(file_id)).url);
      onChange(made.handle);
      setState({ text: t("templates.uploaded", { name: file.name }), failed: false });
    } catch (problem) {
      setState({ text: (problem as Error).message, failed: true });
    }
  };
  const said = state?.text ?? t(handle ? "templates.has_sample" : "templates.sample_hint");
  return (
    <Around {...{ id, label, fault, hint: undefined }}>
      <input {...tied} type="file" accept={TYPES[format]} onChange={(event) => void upload(event.currentTarget.files?.[0])} />
      <p id={`${id}-hint`} role="status" class={state?.failed ? "field-fault" : "soft small"}>{said}</p>
    </Around>
  );
}
