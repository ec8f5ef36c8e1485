// Component IDs of the Collector: `type` or `type/name`.

export interface ComponentId {
  readonly type: string;
  /** Empty when the ID is only a type. */
  readonly name: string;
}

const typePattern = /^[a-zA-Z][0-9a-zA-Z_]{0,62}$/;
const namePattern = /^[^\p{Z}\p{C}\p{S}]+$/u;
const nameLengthMax = 1024;

/** The ID, or why it is none, in the Collector's words. Spaces around the parts are trimmed. */
export function parseComponentId(text: string): ComponentId | { readonly reason: string } {
  const slash = text.indexOf('/');
  const type = (slash < 0 ? text : text.slice(0, slash)).trim();
  const name = slash < 0 ? '' : text.slice(slash + 1).trim();
  if (slash < 0 && type === '') return { reason: 'id must not be empty' };
  if (type === '') return { reason: `in "${text}" id: the part before / should not be empty` };
  if (slash >= 0 && name === '')
    return { reason: `in "${text}" id: the part after / should not be empty` };
  if (!typePattern.test(type)) return { reason: `invalid character(s) in type "${type}"` };
  if (slash >= 0 && (name.length > nameLengthMax || !namePattern.test(name)))
    return { reason: `invalid character(s) in name "${name}"` };
  return { type, name };
}

export function printComponentId(id: ComponentId): string {
  return id.name === '' ? id.type : `${id.type}/${id.name}`;
}
