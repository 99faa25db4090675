// Take orders for a jail: classes from `wsimport service.wsdl`, JAX-WS, and WSS4J that checks the UsernameToken.
import icjs.prisons.order._1.Acknowledgement;
import icjs.prisons.order._1.Order;
import icjs.prisons.order._1.service.PrisonsOrderPortType;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import javax.jws.WebService;
import javax.security.auth.callback.CallbackHandler;
import javax.xml.namespace.QName;
import javax.xml.ws.Endpoint;
import javax.xml.ws.handler.Handler;
import javax.xml.ws.handler.MessageContext;
import javax.xml.ws.handler.soap.SOAPHandler;
import javax.xml.ws.handler.soap.SOAPMessageContext;
import org.apache.ws.security.WSPasswordCallback;
import org.apache.ws.security.WSSecurityEngine;

@WebService(endpointInterface = "icjs.prisons.order._1.service.PrisonsOrderPortType",
            serviceName = "PrisonsOrderService", portName = "PrisonsOrderPort",
            targetNamespace = "urn:icjs:prisons:order:1:service")
public class CallBack implements PrisonsOrderPortType {
    public Acknowledgement receiveOrder(Order order) {
        try {  // Store it before it is acknowledged; the same MessageId may come again.
            String line = order.getMessageId() + " " + order.getEventType();
            if (order.getBail() != null && order.getBail().getPrisoner() != null) {
                var prisoner = order.getBail().getPrisoner();
                line += " " + prisoner.getName() + " " + (prisoner.getLocalName() == null ? "" : prisoner.getLocalName().getText());
            }
            Files.writeString(Path.of(System.getenv("INBOX")), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (java.io.IOException full) {
            throw new IllegalStateException(full);
        }
        var taken = new Acknowledgement();
        taken.setNumber("J-" + order.getMessageId());
        taken.setStatus("ACCEPTED");
        return taken;
    }

    /** WSS4J with its defaults. The header that it understands is named, so that mustUnderstand is no fault. */
    static class Token implements SOAPHandler<SOAPMessageContext> {
        static final String WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
        final CallbackHandler passwords = callbacks -> {
            for (var each : callbacks) {
                if (each instanceof WSPasswordCallback asked && "icjs-gateway".equals(asked.getIdentifier())) {
                    asked.setPassword(System.getenv("CALL_BACK_SECRET"));
                }
            }
        };
        public boolean handleMessage(SOAPMessageContext context) {
            if ((Boolean) context.get(MessageContext.MESSAGE_OUTBOUND_PROPERTY)) return true;
            try {
                var document = context.getMessage().getSOAPPart().getEnvelope().getOwnerDocument();
                var found = new WSSecurityEngine().processSecurityHeader(document, null, passwords, null);
                if (found == null || found.isEmpty()) throw new IllegalStateException("no UsernameToken");
                return true;
            } catch (Exception refused) {
                System.err.println(refused);
                throw new IllegalStateException(refused);
            }
        }
        public boolean handleFault(SOAPMessageContext context) { return true; }
        public void close(MessageContext context) { }
        public Set<QName> getHeaders() { return Set.of(new QName(WSSE, "Security")); }
    }

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "9900"));
        Endpoint endpoint = Endpoint.create(new CallBack());
        endpoint.getBinding().setHandlerChain(List.<Handler>of(new Token()));
        endpoint.publish("http://127.0.0.1:" + port + "/icjs");
        System.out.println("ready " + port);
    }
}
