import type { Readable } from 'node:stream';
import type { StoredFile } from '@gateway/contracts';
import { type GatewayError, GatewayException } from '@gateway/domain';
import { type FormEvent, FormStream } from '@gateway/wire-formats';
import { refusedField } from '../lists/read-page';
import type { FileUpload } from './file-upload';
import { readUploadFields } from './upload-fields';

/** Far more than any field but the file needs. */
const MOST_FIELD_BYTES = 1024;

export interface FileReception {
  /** Where the form's bytes come from. It is read no faster than the store takes them, and never destroyed. */
  readonly source: Readable;
  readonly boundary: string;
  readonly upload: FileUpload;
  readonly mostBytes: number;
}

/** Takes a form with one file into the store while it comes. Leaves nothing behind when it throws. @throws GatewayException */
export async function receiveFile(reception: FileReception): Promise<StoredFile> {
  const form = new UploadForm(reception.upload, reception.mostBytes);
  const stream = new FormStream(reception.boundary);
  try {
    // Ending early must not end the connection, on which the refusal is still to go out.
    for await (const chunk of reception.source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      for (const event of stream.push(chunk)) await form.take(event);
    }
    const fault = stream.end();
    if (fault !== null) throw new GatewayException(fault.error);
    return await reception.upload.finish(form.read());
  } catch (error) {
    await reception.upload.giveUp();
    throw error;
  }
}

/** The fields of the form so far; the file's bytes pass through to the upload. */
class UploadForm {
  private readonly fields = new Map<string, string>();
  private filename: string | null = null;
  private field = '';
  private value: Buffer[] = [];
  private valueBytes = 0;

  constructor(
    private readonly upload: FileUpload,
    private readonly mostBytes: number,
  ) {}

  async take(event: FormEvent): Promise<void> {
    if (event.type === 'fault') throw new GatewayException(event.fault.error);
    if (event.type === 'part') this.begin(event.head);
    else if (this.field === 'file') await this.addToFile(event.bytes);
    else this.addToField(event.bytes);
  }

  read() {
    this.endField();
    if (this.filename === null) throw refusedField('file', 'must be given, as a file of the form');
    return readUploadFields(this.filename, Object.fromEntries(this.fields));
  }

  private begin({ name, filename }: Extract<FormEvent, { type: 'part' }>['head']): void {
    this.endField();
    if (this.fields.has(name) || (name === 'file' && this.filename !== null))
      throw refusedField(name, 'must be given once');
    if (name === 'file' && filename === undefined) throw refusedField('file', 'must be a file of the form, not a text');
    if (name !== 'file' && filename !== undefined) throw refusedField(name, 'is not where a file is expected');
    if (name === 'file') this.filename = filename ?? '';
    this.field = name;
  }

  private async addToFile(bytes: Buffer): Promise<void> {
    if (this.upload.bytes + bytes.length > this.mostBytes) throw new GatewayException(fileTooLarge(this.mostBytes));
    await this.upload.add(bytes);
  }

  private addToField(bytes: Buffer): void {
    this.valueBytes += bytes.length;
    if (this.valueBytes > MOST_FIELD_BYTES) throw refusedField(this.field, `is longer than ${MOST_FIELD_BYTES} bytes`);
    this.value.push(bytes);
  }

  private endField(): void {
    if (this.field !== '' && this.field !== 'file') {
      this.fields.set(this.field, Buffer.concat(this.value).toString('utf8'));
    }
    this.value = [];
    this.valueBytes = 0;
    this.field = '';
  }
}

export function fileTooLarge(mostBytes: number): GatewayError {
  return {
    code: 'payload_too_large',
    message: `The file is larger than the limit of ${mostBytes} bytes.`,
    param: 'file',
  };
}
