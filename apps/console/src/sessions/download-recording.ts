import { sessions } from './client.ts';

/** Saves a recording as an asciicast, as any player of those reads it. */
export async function downloadRecording(sessionId: string): Promise<void> {
  const texts: string[] = [];
  for await (const { part } of sessions.getRecording({ sessionId })) {
    if (part.case === 'chunk') texts.push(part.value.text);
  }
  const url = URL.createObjectURL(new Blob(texts, { type: 'application/x-asciicast' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${sessionId}.cast`;
  link.click();
  URL.revokeObjectURL(url);
}
