// Push a hearing's outcome over SOAP, and read what is refused. .NET, or Mono:
// mcs -r:System.Net.Http,System.Xml,System.Xml.Linq Push.cs
using System;
using System.IO;
using System.Net.Http;
using System.Text;
using System.Threading.Tasks;
using System.Xml.Linq;

static class Push
{
    const string Oasis = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-";
    static readonly XNamespace Soap = "http://schemas.xmlsoap.org/soap/envelope/";
    static readonly XNamespace Wsse = Oasis + "wssecurity-secext-1.0.xsd";
    static readonly XNamespace Doc = "urn:icjs:courts:hearing-outcome:1";
    static readonly XNamespace Answer = "urn:icjs:gateway:1";
    static readonly HttpClient Http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };

    static XElement Outcome(string id, XElement fir)
    {
        return new XElement(Doc + "HearingOutcome",
            new XElement(Doc + "MessageId", id),
            new XElement(Doc + "Action", "NEW"),
            new XElement(Doc + "RecordedAt", new DateTimeOffset(2026, 11, 20, 15, 20, 5, TimeSpan.FromHours(5.5)).ToString("yyyy-MM-ddTHH:mm:sszzz")),
            new XElement(Doc + "Court", new XElement(Doc + "Establishment", "HPKN02")),
            new XElement(Doc + "Case", fir),
            new XElement(Doc + "Hearing",
                new XElement(Doc + "HearingId", "2-" + id),
                new XElement(Doc + "ListedOn", "2026-11-20"),  // a date has no zone: never a DateTime as it is
                new XElement(Doc + "Held", true),
                new XElement(Doc + "Accused",
                    new XElement(Doc + "Serial", "A1"),
                    new XElement(Doc + "Name", "Sunil Kumar"),
                    new XElement(Doc + "LocalName", new XAttribute("lang", "hi"), "सुनील कुमार"),
                    new XElement(Doc + "Appearance", "IN_PERSON"),
                    new XElement(Doc + "Bail",
                        new XElement(Doc + "Decision", "GRANTED"),
                        new XElement(Doc + "Kind", "REGULAR"),
                        new XElement(Doc + "BondAmount", new XAttribute("currency", "INR"), 25000.50m),
                        new XElement(Doc + "Sureties", 1)))));
    }

    static async Task<XElement> Call(string operation, XElement document)
    {
        var envelope = new XElement(Soap + "Envelope",
            new XElement(Soap + "Header", new XElement(Wsse + "Security", new XElement(Wsse + "UsernameToken",
                new XElement(Wsse + "Username", "hp-courts"),
                new XElement(Wsse + "Password", new XAttribute("Type", Oasis + "username-token-profile-1.0#PasswordText"),
                    Environment.GetEnvironmentVariable("HP_COURTS_WSS"))))),
            new XElement(Soap + "Body", document));
        var gateway = Environment.GetEnvironmentVariable("GATEWAY") ?? "http://127.0.0.1:8080";
        var request = new HttpRequestMessage(HttpMethod.Post, gateway + "/soap/courts")
        {
            Content = new StringContent(envelope.ToString(SaveOptions.DisableFormatting), Encoding.UTF8, "text/xml"),
        };
        request.Headers.Add("SOAPAction", "\"" + Doc.NamespaceName + ":" + operation + "\"");
        var answer = await (await Http.SendAsync(request)).Content.ReadAsStringAsync();
        return XElement.Parse(answer).Element(Soap + "Body");
    }

    static async Task Run()
    {
        var id = Environment.GetEnvironmentVariable("MESSAGE_ID") ?? "HPKN02-20261120-000604";
        var fir = new XElement(Doc + "FIR",
            new XElement(Doc + "State", "HP"), new XElement(Doc + "PoliceStationCode", "2011007"),
            new XElement(Doc + "Number", "112"), new XElement(Doc + "Year", 2026));
        var receipt = (await Call("PushHearingOutcome", Outcome(id, fir))).Element(Answer + "Receipt");
        // The stored JSON of the receipt: this is what you keep.
        File.WriteAllBytes("receipt.json", Convert.FromBase64String(receipt.Element(Answer + "Json").Value));
        Console.WriteLine(receipt.Element(Answer + "Outcome").Value);

        var unnamed = new XElement(Doc + "FIR", new XElement(Doc + "Number", "12"), new XElement(Doc + "Year", 2026));
        var fault = (await Call("PushHearingOutcome", Outcome(id + "-W", unnamed))).Element(Soap + "Fault");
        foreach (var finding in fault.Descendants(Answer + "Finding"))
            Console.WriteLine(fault.Element("faultcode").Value + " " + finding.Element(Answer + "Code").Value);
    }

    static void Main() { Run().GetAwaiter().GetResult(); }
}
