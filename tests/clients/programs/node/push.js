// Push a hearing's outcome over SOAP, and read what is refused. Node 18 or newer; npm install soap
const soap = require('soap');
const fs = require('fs');

const gateway = process.env.GATEWAY || 'http://127.0.0.1:8080';
const id = process.env.MESSAGE_ID || 'HPKN02-20261120-000602';
const outcome = {
  MessageId: id,
  Action: 'NEW',
  RecordedAt: '2026-11-20T15:20:05.123+05:30', // a string: a Date would be written in UTC
  Court: { Establishment: 'HPKN02' },
  Case: { FIR: [{ State: 'HP', PoliceStationCode: '2011007', Number: '112', Year: 2026 }] },
  Hearing: {
    HearingId: `2-${id}`,
    ListedOn: '2026-11-20',
    Held: true,
    Accused: [{
      Serial: 'A1',
      Name: 'Sunil Kumar',
      LocalName: [{ attributes: { lang: 'hi' }, $value: 'सुनील कुमार' }],
      Appearance: 'IN_PERSON',
      Bail: {
        Decision: 'GRANTED',
        Kind: 'REGULAR',
        BondAmount: { attributes: { currency: 'INR' }, $value: '25000.50' }, // a string keeps both decimals
        Sureties: 1,
      },
    }],
  },
};

async function main() {
  const client = await soap.createClientAsync(`${gateway}/soap/courts?wsdl`);
  client.setSecurity(new soap.WSSecurity('hp-courts', process.env.HP_COURTS_WSS, { hasTimeStamp: false, hasNonce: false }));
  const [receipt] = await client.PushHearingOutcomeAsync(outcome);
  fs.writeFileSync('receipt.json', Buffer.from(receipt.Json, 'base64')); // this is what you keep
  console.log(receipt.Outcome);
  try {
    await client.PushHearingOutcomeAsync({ ...outcome, MessageId: `${id}-W`, Case: { FIR: [{ Number: '12', Year: 2026 }] } });
  } catch (error) {
    const fault = error.root.Envelope.Body.Fault;
    for (const finding of [].concat(fault.detail.Problem.Finding)) console.log(fault.faultcode, finding.Code);
  }
}

main().catch((error) => { console.error(error.message); process.exit(1); });
