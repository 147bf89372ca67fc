import { randomBytes } from 'node:crypto';
import { SILENT_LOGGER } from '@gateway/telemetry';
import { eventually } from '@gateway/testkit';
import { HandOver } from './hand-over';
import { NatsChannel } from './nats-channel';

/** Real: NATS. */
const url = process.env.TEST_NATS_URL ?? '';
let channel: NatsChannel;
let handOver: HandOver;
let subject: string;

beforeEach(async () => {
  channel = await NatsChannel.open({ url, name: 'test', logger: SILENT_LOGGER, beforeSend: () => undefined });
  subject = `t${randomBytes(4).toString('hex')}`;
  handOver = new HandOver(channel, `_INBOX_${subject}`);
});

afterEach(async () => {
  handOver.close();
  await channel.close();
});

it('tells of every message that found nobody, once, and then forgets it', async () => {
  const told: number[] = [];
  for (let number = 0; number < 50; number += 1) {
    handOver.send(`${subject}.nobody`, Buffer.from('x'), () => told.push(number));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await eventually('all were told', () => told.length === 50);
  expect(told).toEqual([...Array(50).keys()]);
  await eventually('nothing is kept', () => handOver.pending === 0);
});

it('forgets a message that somebody got, without a word', async () => {
  let got = 0;
  let told = 0;
  channel.serve(`${subject}.somebody`, 'queue', () => {
    got += 1;
  });
  handOver.send(`${subject}.somebody`, Buffer.from('x'), () => {
    told += 1;
  });
  expect(handOver.pending).toBe(1);
  await eventually('it is forgotten', () => handOver.pending === 0);
  expect([got, told]).toEqual([1, 0]);
});
