// A message of the server, which begins in lower case and has no stop, as a sentence.

export function printSentence(message: string): string {
  const text = message.slice(0, 1).toUpperCase() + message.slice(1);
  return /[.?!…]$/.test(text) ? text : `${text}.`;
}
