// Push a hearing's outcome over SOAP, and read what is refused. Classes from `wsimport $GATEWAY/soap/courts?wsdl`.
import icjs.courts.hearing_outcome._1.*;
import icjs.courts.service.CourtsPortType;
import icjs.courts.service.CourtsService;
import icjs.gateway._1.Finding;
import icjs.gateway._1.Receipt;
import java.math.BigDecimal;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import javax.xml.datatype.DatatypeConstants;
import javax.xml.datatype.DatatypeFactory;
import javax.xml.namespace.QName;
import javax.xml.soap.SOAPElement;
import javax.xml.soap.SOAPException;
import javax.xml.ws.BindingProvider;
import javax.xml.ws.handler.Handler;
import javax.xml.ws.handler.MessageContext;
import javax.xml.ws.handler.soap.SOAPHandler;
import javax.xml.ws.handler.soap.SOAPMessageContext;

public class Push {
    static final String OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-";
    static final String WSSE = OASIS + "wssecurity-secext-1.0.xsd";

    /** Writes the UsernameToken. WSS4J does the same with action UsernameToken and passwordType PasswordText. */
    static class Token implements SOAPHandler<SOAPMessageContext> {
        public boolean handleMessage(SOAPMessageContext context) {
            if (!(Boolean) context.get(MessageContext.MESSAGE_OUTBOUND_PROPERTY)) return true;
            try {
                var envelope = context.getMessage().getSOAPPart().getEnvelope();
                var header = envelope.getHeader() == null ? envelope.addHeader() : envelope.getHeader();
                SOAPElement token = header.addChildElement("Security", "wsse", WSSE).addChildElement("UsernameToken", "wsse");
                token.addChildElement("Username", "wsse").addTextNode("hp-courts");
                SOAPElement password = token.addChildElement("Password", "wsse");
                password.setAttribute("Type", OASIS + "username-token-profile-1.0#PasswordText");
                password.addTextNode(System.getenv("HP_COURTS_WSS"));
                return true;
            } catch (SOAPException wrong) {
                throw new IllegalStateException(wrong);
            }
        }
        public boolean handleFault(SOAPMessageContext context) { return true; }
        public void close(MessageContext context) { }
        public Set<QName> getHeaders() { return Set.of(); }
    }

    static HearingOutcome outcome(String id) throws Exception {
        var dates = DatatypeFactory.newInstance();
        var outcome = new HearingOutcome();
        outcome.setMessageId(id);
        outcome.setAction(Action.NEW);
        outcome.setRecordedAt(dates.newXMLGregorianCalendar("2026-11-20T15:20:05.123+05:30"));
        outcome.setCourt(new Court());
        outcome.getCourt().setEstablishment("HPKN02");
        var fir = new FIR();
        fir.setState("HP");
        fir.setPoliceStationCode("2011007");
        fir.setNumber("112");
        fir.setYear(2026);
        outcome.setCase(new Case());
        outcome.getCase().getFIR().add(fir);
        var hearing = new Hearing();
        hearing.setHearingId("2-" + id);
        // A date has no zone; a calendar made of a Date has one.
        hearing.setListedOn(dates.newXMLGregorianCalendarDate(2026, 11, 20, DatatypeConstants.FIELD_UNDEFINED));
        hearing.setHeld(true);
        var accused = new Accused();
        accused.setSerial("A1");
        accused.setName("Sunil Kumar");
        var name = new Words();
        name.setLang("hi");
        name.setValue("सुनील कुमार");
        accused.getLocalName().add(name);
        accused.setAppearance(Appearance.IN_PERSON);
        var bail = new Bail();
        bail.setDecision(BailDecision.GRANTED);
        bail.setKind(BailKind.REGULAR);
        bail.setBondAmount(new Money());
        bail.getBondAmount().setCurrency("INR");
        bail.getBondAmount().setValue(new BigDecimal("25000.50"));
        bail.setSureties(1);
        accused.setBail(bail);
        hearing.getAccused().add(accused);
        outcome.setHearing(hearing);
        return outcome;
    }

    public static void main(String[] arguments) throws Exception {
        String gateway = System.getenv().getOrDefault("GATEWAY", "http://127.0.0.1:8080");
        String id = System.getenv().getOrDefault("MESSAGE_ID", "HPKN02-20261120-000605");
        CourtsPortType courts = new CourtsService(new URL(gateway + "/soap/courts?wsdl")).getCourtsPort();
        ((BindingProvider) courts).getBinding().setHandlerChain(List.<Handler>of(new Token()));
        Receipt receipt = courts.pushHearingOutcome(outcome(id));
        Files.write(Path.of("receipt.json"), receipt.getJson());  // the stored JSON: this is what you keep
        System.out.println(receipt.getOutcome());

        HearingOutcome wrong = outcome(id + "-W");
        FIR unnamed = wrong.getCase().getFIR().get(0);
        unnamed.setState(null);  // what is null is left out
        unnamed.setPoliceStationCode(null);
        try {
            courts.pushHearingOutcome(wrong);
        } catch (icjs.courts.service.Problem refused) {
            for (Finding finding : refused.getFaultInfo().getFinding()) {
                System.out.println("soap:Client " + finding.getCode());
            }
        }
    }
}
