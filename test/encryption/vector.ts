/** What the codec of Temporal's samples-python (`encryption/codec.py`) made of a value, with its own key. */
export const VECTOR = {
  key: 'test-key-id:dGVzdC1rZXktdGVzdC1rZXktdGVzdC1rZXktdGVzdCE=',
  value: { clientOrderId: 'bot7-1', size: '0.5' },
  payload: {
    metadata: { encoding: Buffer.from('binary/encrypted'), 'encryption-key-id': Buffer.from('test-key-id') },
    data: Buffer.from(
      'iTFjLkJZpw2MrquUTzuIl9/rugzum+7qJ1wzWYg4MXq7A8irj1qtrq5mKT2Op8TFNrfcZ+Rhm+DGv3vOZQlAPvC335m/7VHQul2nuOFyAa9hA+mRusZBl47+cwCl',
      'base64',
    ),
  },
};
