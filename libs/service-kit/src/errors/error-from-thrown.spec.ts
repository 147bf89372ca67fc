import { ERROR_TABLE, type ErrorCode, GatewayException, httpStatusOf } from '@gateway/domain';
import { HttpException, NotFoundException, ServiceUnavailableException } from '@nestjs/common';
import * as fc from 'fast-check';
import { GrpcFault } from '../grpc/grpc-fault';
import { errorFromThrown } from './error-from-thrown';
import { openAiErrorBody } from './openai-error-body';

const fastifyError = (code: string, statusCode: number) =>
  Object.assign(new Error('inner words'), { code, statusCode });

describe('errorFromThrown', () => {
  it('A passes every gateway exception on as it is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...(Object.keys(ERROR_TABLE) as ErrorCode[])), fc.string(), (code, message) => {
        const detail = { code, message, param: 'messages[0].role' };
        expect(errorFromThrown(new GatewayException(detail))).toEqual({ error: detail, expected: true });
      }),
    );
  });

  it('never shows a client the text of something unexpected', () => {
    const text = fc.string({ minLength: 8 }).filter((value) => !'Internal error.'.includes(value));
    const thrown = text.chain((secret) =>
      fc.constantFrom<readonly [string, unknown]>(
        [secret, new Error(secret)],
        [secret, secret],
        [secret, { message: secret, statusCode: 400 }],
        [secret, Object.assign(new Error(secret), { statusCode: 500 })],
        [secret, new HttpException(secret, 500)],
        [secret, new GrpcFault('INTERNAL', secret)],
      ),
    );
    fc.assert(
      fc.property(thrown, ([secret, value]) => {
        const { error, expected } = errorFromThrown(value);
        expect([error.code, expected]).toEqual(['internal_error', false]);
        expect(JSON.stringify(openAiErrorBody(error))).not.toContain(JSON.stringify(secret).slice(1, -1));
      }),
    );
  });

  it.each([
    [new NotFoundException('no such key'), 'not_found', 404],
    [new HttpException('teapot', 418), 'invalid_request', 400],
    [new ServiceUnavailableException('later'), 'service_unavailable', 503],
    [fastifyError('FST_ERR_CTP_BODY_TOO_LARGE', 413), 'payload_too_large', 413],
    [fastifyError('FST_ERR_CTP_INVALID_JSON_BODY', 400), 'invalid_json', 400],
    [fastifyError('FST_ERR_CTP_INVALID_MEDIA_TYPE', 415), 'unsupported_media_type', 415],
    [fastifyError('FST_ERR_SOMETHING_NEW', 400), 'invalid_request', 400],
    [new GrpcFault('NOT_FOUND', 'no such key'), 'not_found', 404],
    [new GrpcFault('UNAVAILABLE', '10.0.0.7:7101 refused'), 'service_unavailable', 503],
    [new GrpcFault('INVALID_ARGUMENT', 'bad', 'models'), 'invalid_request', 400],
  ])('maps %s to %s', (thrown, code, status) => {
    const { error, expected } = errorFromThrown(thrown);
    expect([error.code, httpStatusOf(error), expected]).toEqual([code, status, true]);
  });

  it('does not show the address of our own services', () => {
    expect(errorFromThrown(new GrpcFault('UNAVAILABLE', '10.0.0.7:7101 refused')).error.message).not.toContain(
      '10.0.0.7',
    );
  });

  it('writes the shape that OpenAI clients read', () => {
    expect(openAiErrorBody({ code: 'invalid_request', message: 'bad', param: 'model' })).toEqual({
      error: { message: 'bad', type: 'invalid_request_error', param: 'model', code: 'invalid_request' },
    });
    expect(openAiErrorBody({ code: 'internal_error', message: 'Internal error.' }, 'r-1').error.message).toContain(
      'r-1',
    );
  });
});
