import { DomainError } from '../errors/domain-error.js';
import { sends, type SendOutcome } from '../ops/metrics.js';
import type { MessageResource } from './message.presenter.js';

/** Counts what comes of a send; a message by another id than the send's was there before. */
export async function countSend(id: string, sending: Promise<MessageResource>): Promise<MessageResource> {
  try {
    const message = await sending;
    count(message.id === id ? 'created' : 'repeated');
    return message;
  } catch (error) {
    const isRefused = error instanceof DomainError && error.code !== 'unavailable';
    count(isRefused ? 'refused' : 'failed');
    throw error;
  }
}

const count = (outcome: SendOutcome): void => sends.inc({ outcome });
