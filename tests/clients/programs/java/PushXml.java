// Push a document as XML over HTTP, with the JDK alone: java PushXml.java FILE
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Pattern;

public class PushXml {
    public static void main(String[] arguments) throws Exception {
        String gateway = System.getenv().getOrDefault("GATEWAY", "http://127.0.0.1:8080");
        // The default client offers HTTP/2 with every request over plain HTTP; the gateway goes on in HTTP/1.1.
        HttpClient client = HttpClient.newHttpClient();
        String pair = "hp-courts:" + System.getenv("HP_COURTS_SECRET");
        var granted = client.send(HttpRequest.newBuilder(URI.create(gateway + "/oauth2/token"))
            .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString("grant_type=client_credentials")).build(), BodyHandlers.ofString());
        var token = Pattern.compile("\"access_token\":\\s*\"([^\"]+)\"").matcher(granted.body());
        if (!token.find()) throw new IllegalStateException(granted.body());
        var answer = client.send(HttpRequest.newBuilder(URI.create(gateway + "/v1/messages/courts.hearing-outcome.v1"))
            .header("Authorization", "Bearer " + token.group(1))
            .header("Content-Type", "application/xml")
            .POST(BodyPublishers.ofFile(Path.of(arguments[0]))).build(), BodyHandlers.ofString());
        System.out.println(answer.statusCode() + " " + answer.body());
    }
}
