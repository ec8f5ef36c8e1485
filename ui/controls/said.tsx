// A word about what was just done, such as "Link copied": seen for a moment and read aloud.

import { useEffect, useState } from 'react';

const event = 'clew-said';
const shownMs = 2500;

export function say(text: string): void {
  window.dispatchEvent(new CustomEvent<string>(event, { detail: text }));
}

export function Said() {
  const [text, setText] = useState('');
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onSaid = (said: Event): void => {
      if (!(said instanceof CustomEvent)) return;
      setText(String(said.detail));
      clearTimeout(timer);
      timer = setTimeout(() => setText(''), shownMs);
    };
    window.addEventListener(event, onSaid);
    return () => {
      clearTimeout(timer);
      window.removeEventListener(event, onSaid);
    };
  }, []);
  return (
    <output className="said" hidden={text === ''} data-testid="said">
      {text}
    </output>
  );
}
