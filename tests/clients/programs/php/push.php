<?php
// Push a hearing's outcome over SOAP, and read what is refused. PHP 8 with the extension soap.
$gateway = getenv('GATEWAY') ?: 'http://127.0.0.1:8080';
$client = new SoapClient("$gateway/soap/courts?wsdl", [
    'features' => SOAP_SINGLE_ELEMENT_ARRAYS,  // a list of one is a list
    'cache_wsdl' => WSDL_CACHE_NONE,
    'connection_timeout' => 10,
]);
$oasis = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-';
$password = htmlspecialchars(getenv('HP_COURTS_WSS'), ENT_XML1);
$token = "<o:Security xmlns:o='{$oasis}wssecurity-secext-1.0.xsd'><o:UsernameToken><o:Username>hp-courts</o:Username>"
    . "<o:Password Type='{$oasis}username-token-profile-1.0#PasswordText'>$password</o:Password>"
    . '</o:UsernameToken></o:Security>';
$client->__setSoapHeaders(
    new SoapHeader("{$oasis}wssecurity-secext-1.0.xsd", 'Security', new SoapVar($token, XSD_ANYXML))
);

$id = getenv('MESSAGE_ID') ?: 'HPKN02-20261120-000601';
$outcome = [
    'MessageId' => $id,
    'Action' => 'NEW',
    'RecordedAt' => '2026-11-20T15:20:05+05:30',
    'Court' => ['Establishment' => 'HPKN02'],
    'Case' => ['FIR' => [['State' => 'HP', 'PoliceStationCode' => '2011007', 'Number' => '112', 'Year' => 2026]]],
    'Hearing' => [
        'HearingId' => "2-$id",
        'ListedOn' => '2026-11-20',
        'Held' => true,
        'Accused' => [[
            'Serial' => 'A1',
            'Name' => 'Sunil Kumar',
            'LocalName' => [['_' => 'सुनील कुमार', 'lang' => 'hi']],
            'Appearance' => 'IN_PERSON',
            'Bail' => [
                'Decision' => 'GRANTED',
                'Kind' => 'REGULAR',
                'BondAmount' => ['_' => '25000.50', 'currency' => 'INR'],
                'Sureties' => 1,
            ],
        ]],
    ],
];
$receipt = $client->PushHearingOutcome($outcome);
file_put_contents('receipt.json', $receipt->Json);  // the stored JSON of the receipt: this is what you keep
echo "$receipt->Outcome\n";

try {
    $outcome['MessageId'] = "$id-W";
    $outcome['Case'] = ['FIR' => [['Number' => '12', 'Year' => 2026]]];
    $client->PushHearingOutcome($outcome);
} catch (SoapFault $fault) {
    $findings = $fault->detail->Problem->Finding;  // in a fault one alone is no list
    foreach (is_array($findings) ? $findings : [$findings] as $finding) {
        echo "$fault->faultcode $finding->Code\n";
    }
}
