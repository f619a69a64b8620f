package irqlab.cluster;

import akka.actor.typed.ActorSystem;
import akka.cluster.ClusterEvent;
import akka.cluster.Member;
import akka.cluster.typed.Cluster;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.StringJoiner;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The status of a node over HTTP, on the loopback interface alone, to be read and not written:
 * {@code /healthz} (the process is alive), {@code /readyz} (it is a member that is up) and {@code
 * /cluster} (all members, in the shape of Akka Management).
 */
final class NodePages implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService worker;

  private NodePages(HttpServer server, ExecutorService worker) {
    this.server = server;
    this.worker = worker;
  }

  /** Pages at this port, or none. */
  static NodePages open(ActorSystem<?> system, String name, OptionalInt port) throws IOException {
    if (port.isEmpty()) {
      return new NodePages(null, null);
    }
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port.getAsInt()), 8);
    ExecutorService worker =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread thread = new Thread(work, "irqlab-pages");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(worker);
    server.createContext("/healthz", exchange -> answer(exchange, "/healthz", 200, "ok\n"));
    server.createContext(
        "/readyz",
        exchange -> {
          boolean up = ClusterNode.selfUp(system);
          answer(exchange, "/readyz", up ? 200 : 503, up ? "ready\n" : "not a member\n");
        });
    server.createContext(
        "/cluster", exchange -> answer(exchange, "/cluster", 200, members(system, name)));
    server.start();
    return new NodePages(server, worker);
  }

  /** Where they are, for the line that says the node is ready. */
  String text() {
    return server == null ? "" : " http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange, String path, int code, String text)
      throws IOException {
    try (exchange) {
      boolean head = exchange.getRequestMethod().equals("HEAD");
      if (!head && !exchange.getRequestMethod().equals("GET")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      boolean here = exchange.getRequestURI().getPath().equals(path);
      byte[] bytes = (here ? text : "no such page\n").getBytes(StandardCharsets.UTF_8);
      String type = text.startsWith("{") ? "application/json" : "text/plain; charset=utf-8";
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(here ? code : 404, head ? -1 : bytes.length);
      if (!head) {
        exchange.getResponseBody().write(bytes);
      }
    }
  }

  private static String members(ActorSystem<?> system, String name) {
    ClusterEvent.CurrentClusterState state = Cluster.get(system).state();
    StringJoiner members = new StringJoiner(",");
    for (Member member : state.getMembers()) {
      StringJoiner roles = new StringJoiner(",");
      member.getRoles().forEach(role -> roles.add("\"" + role + "\""));
      members.add(
          String.format(
              "{\"node\":\"%s\",\"status\":\"%s\",\"roles\":[%s]}",
              member.address(), member.status(), roles));
    }
    return String.format(
        "{\"selfNode\":\"%s\",\"selfName\":\"%s\",\"members\":[%s],\"unreachable\":%d}%n",
        Cluster.get(system).selfMember().address(), name, members, state.getUnreachable().size());
  }

  @Override
  public void close() {
    if (server != null) {
      server.stop(0);
      worker.shutdownNow();
    }
  }
}
