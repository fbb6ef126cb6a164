// What somebody is told of while they look elsewhere. Pure.

export type AlertKind = "message" | "given" | "due" | "overdue";

export interface Alert {
  kind: AlertKind;
  conversationId: string;
}

/** A conversation as far as the rules look at it. */
interface Known {
  id: string;
  operator_id: string | null;
}

interface EventData {
  id?: string;
  conversation_id?: string;
  direction?: string;
  operator_id?: string | null;
}

/**
 * What an event means to somebody.
 *
 * A message counts in their own conversations; a conversation that is given to them counts unless they look at it:
 * then they took it themselves; so do answers of theirs that are due or overdue.
 *
 * @param known The conversation as it was before the event.
 * @param shown Id of the conversation in front of them, null where there is none.
 */
export function alertOf(type: string, data: EventData, me: string, known: Known | undefined, shown: string | null): Alert | null {
  if (type === "message.created") {
    const theirs = data.direction === "in" && known?.operator_id === me;
    return theirs && data.conversation_id ? { kind: "message", conversationId: data.conversation_id } : null;
  }
  if (data.operator_id !== me) return null;
  if (type === "conversation.assigned" || type === "conversation.transferred") {
    return data.id && known?.operator_id !== me && shown !== data.id ? { kind: "given", conversationId: data.id } : null;
  }
  if (!data.conversation_id) return null;
  if (type === "sla.due") return { kind: "due", conversationId: data.conversation_id };
  if (type === "sla.breached") return { kind: "overdue", conversationId: data.conversation_id };
  return null;
}
