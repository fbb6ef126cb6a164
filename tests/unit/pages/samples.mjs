// Objects as the API shows them, as small as the tests allow.

export const ME = { id: "ana", name: "Ana", role: "operator" };
export const OWNER = { id: "owner", name: "Olivia", role: "owner" };

export function conversation(fields = {}) {
  const { id = "c1" } = fields;
  return {
    id, state: "assigned", version: 1, operator_id: "ana", queue_id: null, unread: 0, read_seq: 0,
    channel: { id: "w", kind: "whatsapp", name: "Shop" },
    contact: { id: `contact-${id}`, name: "Maria", identities: [{ kind: "whatsapp", external_id: "16505551234" }] },
    identity: { kind: "whatsapp", external_id: "16505551234" },
    opened_at: "2026-01-05T10:00:00Z", queued_at: null, last_message: null, tags: [],
    window: { open: true, expires_at: "2026-01-06T10:00:00Z", free_entry_expires_at: null },
    ...fields,
  };
}

export function message(fields = {}) {
  const { seq = 1, direction = "in" } = fields;
  return {
    id: `m${seq}`, conversation_id: "c1", seq, direction,
    author: direction === "in" ? { kind: "contact", id: "contact-c1" } : { kind: "operator", id: "ana" },
    content: { type: "text", text: `text ${seq}` }, status: direction === "in" ? "received" : "queued",
    reply_to: null, reactions: [], error: null, created_at: "2026-01-05T12:00:00Z", provider_at: "2026-01-05T12:00:00Z",
    edited_at: null, deleted_at: null, retry_of: null,
    ...fields,
  };
}
