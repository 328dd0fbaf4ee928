import { DomainError } from '../errors/domain-error.js';
import { sends } from '../ops/metrics.js';
import type { MessageResource } from './message.presenter.js';

/** Counts what comes of a send; a message by another id than the send's was there before. */
export async function countSend(id: string, sending: Promise<MessageResource>): Promise<MessageResource> {
  try {
    const message = await sending;
    sends[message.id === id ? 'created' : 'repeated'].add();
    return message;
  } catch (error) {
    const isRefused = error instanceof DomainError && error.code !== 'unavailable';
    sends[isRefused ? 'refused' : 'failed'].add();
    throw error;
  }
}
