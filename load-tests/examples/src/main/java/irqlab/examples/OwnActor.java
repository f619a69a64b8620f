package irqlab.examples;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import irqlab.cluster.ExternalPort;
import irqlab.cluster.Machine;
import irqlab.cluster.RunningMachine;
import irqlab.live.LiveResult;
import irqlab.pcie.endpoint.external.ExternalDevice;
import irqlab.pcie.endpoint.external.ExternalEvent;
import irqlab.topology.Topology;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** (c) An actor of one's own is the device, through an external port. */
public final class OwnActor {
  // begin
  /** What the actor understands: its port, and what the machine does. */
  sealed interface Command {}

  record Drive(ExternalPort port) implements Command {}

  record Happened(ExternalEvent event) implements Command {}

  /** Raises, waits until the driver has served it, and raises again, so many times. */
  static Behavior<Command> device(int rounds, CompletableFuture<Integer> done) {
    return Behaviors.setup(
        context -> {
          ExternalPort[] port = new ExternalPort[1];
          int[] served = new int[1];
          return Behaviors.receive(Command.class)
              .onMessage(
                  Drive.class,
                  drive -> {
                    port[0] = drive.port();
                    port[0].raise(0);
                    return Behaviors.same();
                  })
              .onMessage(
                  Happened.class,
                  happened -> {
                    if (happened.event() instanceof ExternalEvent.Served) {
                      if (++served[0] < rounds) {
                        port[0].raise(0);
                      } else {
                        done.complete(served[0]);
                      }
                    }
                    return Behaviors.same();
                  })
              .build();
        });
  }

  /** Runs it in somebody's actor system. */
  static LiveResult run(ActorSystem<?> system, int rounds) {
    CompletableFuture<Integer> done = new CompletableFuture<>();
    ActorRef<Command> actor = system.systemActorOf(device(rounds, done), "fpga", Props.empty());
    Topology topology =
        Topology.parse(
            "machine { cpus = 2 }, endpoints = [ "
                + "{ name = fpga0, handler { cost = 1us, drain = 100ns } } ]");
    try (RunningMachine machine =
        Machine.of(topology)
            .endpoint("fpga0", () -> new ExternalDevice(1, e -> actor.tell(new Happened(e))))
            .startIn(system)) {
      machine.awaitBoot(Duration.ofSeconds(30));
      actor.tell(new Drive(machine.external("fpga0")));
      wait(done);
      return machine.finish(Duration.ofSeconds(5));
    }
  }

  // end

  private OwnActor() {}

  private static void wait(CompletionStage<Integer> done) {
    done.toCompletableFuture().orTimeout(30, java.util.concurrent.TimeUnit.SECONDS).join();
  }
}
