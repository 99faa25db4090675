# Push a hearing's outcome over SOAP with SOAP::Lite: perl push.pl FILE, a document of the contract.
use strict;
use warnings;
use SOAP::Lite;

my $oasis = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-';
my $gateway = $ENV{GATEWAY} || 'http://127.0.0.1:8080';
my $password = SOAP::Utils::encode_data($ENV{HP_COURTS_WSS});
my $token = SOAP::Header->type('xml' => "<o:Security xmlns:o='${oasis}wssecurity-secext-1.0.xsd'><o:UsernameToken>"
    . "<o:Username>hp-courts</o:Username><o:Password Type='${oasis}username-token-profile-1.0#PasswordText'>"
    . "$password</o:Password></o:UsernameToken></o:Security>");
open my $file, '<:encoding(UTF-8)', $ARGV[0] or die $!;
my $document = do { local $/; <$file> };
$document =~ s/^<\?xml[^>]*\?>\s*//;
my $soap = SOAP::Lite->proxy("$gateway/soap/courts", timeout => 30);
my $envelope = $soap->serializer->envprefix('soap')
    ->envelope(freeform => SOAP::Data->type('xml' => $document), $token);
my $answer = SOAP::Deserializer->deserialize($soap->transport->send_receive(
    context => $soap,
    endpoint => $soap->endpoint,
    action => '"urn:icjs:courts:hearing-outcome:1:PushHearingOutcome"',
    envelope => $envelope,
));
print $answer->fault ? $answer->faultcode . ' ' . $answer->faultstring : $answer->valueof('//Receipt/Outcome'), "\n";
