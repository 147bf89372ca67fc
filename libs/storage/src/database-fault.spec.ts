import { databaseFaultKind, toDatabaseFault } from './database-fault';

describe('databaseFaultKind', () => {
  it.each([
    [undefined, 'unavailable'], // no answer at all
    ['08006', 'unavailable'],
    ['25006', 'unavailable'],
    ['40001', 'unavailable'],
    ['40P01', 'unavailable'],
    ['53300', 'unavailable'],
    ['55P03', 'unavailable'],
    ['57014', 'unavailable'],
    ['57P01', 'unavailable'],
    ['57P03', 'unavailable'],
    ['58030', 'unavailable'],
    ['23505', 'conflict'],
    ['22P05', 'bad-data'],
    ['23514', 'bad-data'],
    ['54000', 'bad-data'],
    ['42P01', 'other'], // a missing table is no fault of the values
    ['42501', 'other'],
    ['28P01', 'other'],
    ['40003', 'other'],
    ['57P00', 'other'],
  ])('%s is %s', (sqlState, kind) => {
    expect(databaseFaultKind(sqlState)).toBe(kind);
  });
});

describe('toDatabaseFault', () => {
  it("reads the client's own error inside TypeORM's", () => {
    const driverError = Object.assign(new Error('duplicate key'), { code: '23505', constraint: 'one_alias' });
    const fault = toDatabaseFault(Object.assign(new Error('query failed'), { driverError, parameters: ['secret'] }));
    expect(fault).toMatchObject({ message: 'duplicate key', kind: 'conflict', constraint: 'one_alias' });
    expect(JSON.stringify(fault)).not.toContain('secret');
  });

  it('takes the errors of the network for what they are', () => {
    const refused = Object.assign(new Error(''), { code: 'ECONNREFUSED' });
    expect(toDatabaseFault(refused)).toMatchObject({ message: 'ECONNREFUSED', kind: 'unavailable' });
    expect(toDatabaseFault(new Error('Query read timeout'))).toMatchObject({ kind: 'unavailable' });
  });

  it('leaves a fault as it is', () => {
    const fault = toDatabaseFault(new Error('x'));
    expect(toDatabaseFault(fault)).toBe(fault);
  });
});
