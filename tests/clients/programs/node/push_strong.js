// The same with strong-soap, which reads a document by its WSDL: npm install strong-soap
const { soap } = require('strong-soap');

const gateway = process.env.GATEWAY || 'http://127.0.0.1:8080';
const id = process.env.MESSAGE_ID || 'HPKN02-20261120-000603';
const outcome = {
  MessageId: id,
  Action: 'NEW',
  RecordedAt: '2026-11-20T15:20:05.123+05:30',
  Court: { Establishment: 'HPKN02' },
  Case: { FIR: [{ State: 'HP', PoliceStationCode: '2011007', Number: '112', Year: 2026 }] },
  Hearing: {
    HearingId: `2-${id}`,
    ListedOn: '2026-11-20',
    Held: true,
    Accused: [{
      Serial: 'A1',
      Name: 'Sunil Kumar',
      LocalName: [{ $attributes: { lang: 'hi' }, $value: 'सुनील कुमार' }],
      Appearance: 'IN_PERSON',
      Bail: {
        Decision: 'GRANTED',
        Kind: 'REGULAR',
        BondAmount: { $attributes: { currency: 'INR' }, $value: '25000.50' },
        Sureties: 1,
      },
    }],
  },
};

soap.createClient(`${gateway}/soap/courts?wsdl`, {}, (wrong, client) => {
  if (wrong) throw wrong;
  client.setSecurity(new soap.WSSecurity('hp-courts', process.env.HP_COURTS_WSS, { hasTimeStamp: false, hasNonce: false }));
  client.PushHearingOutcome({ HearingOutcome: outcome }, (fault, receipt) => {
    if (fault) throw fault;
    console.log(receipt.Receipt ? receipt.Receipt.Outcome : receipt.Outcome);
    const other = { ...outcome, MessageId: `${id}-W`, Case: { FIR: [{ Number: '12', Year: 2026 }] } };
    client.PushHearingOutcome({ HearingOutcome: other }, (refused, answer, body) => {
      console.log(/<faultcode>([^<]*)/.exec(body)[1], /<Code>([^<]*)/.exec(body)[1]);
    });
  });
});
