package irqlab.cluster;

import akka.actor.typed.ActorSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for nodes to join, for as long as that makes sense. One owner. */
final class Joining {
  private static final long LOOK_MS = 1;

  private final ActorSystem<?> system;
  private final Roster roster;
  private Supplier<Optional<String>> fault = Optional::empty;
  private BooleanSupplier leave = () -> false;

  Joining(ActorSystem<?> system, Roster roster) {
    this.system = system;
    this.roster = roster;
  }

  /** Is asked again and again what is wrong, if anything is. */
  void fault(Supplier<Optional<String>> asked) {
    fault = asked;
  }

  /** When this says so, nobody is waited for any longer. */
  void unless(BooleanSupplier interrupted) {
    leave = interrupted;
  }

  /** Waits until so many nodes have answered, and looks whether they fit. */
  void await(int count) {
    Duration within = within();
    long limitNs = System.nanoTime() + within.toNanos();
    while (roster.members.size() < count) {
      roster.take(LOOK_MS);
      refuse(roster.misfit());
      refuse(fault.get());
      if (leave.getAsBoolean()) {
        throw new ClusterException("interrupted while nodes joined   " + roster.standing(count));
      }
      if (System.nanoTime() > limitNs) {
        throw roster.notFormed("in " + within.toSeconds() + " s", count);
      }
    }
  }

  /** Waits until these hosts of a machine have answered. */
  void await(Realm.Guest realm) {
    Duration within = within();
    long limitNs = System.nanoTime() + within.toNanos();
    while (!roster.members.keySet().containsAll(realm.hosts())) {
      roster.take(LOOK_MS);
      if (System.nanoTime() > limitNs) {
        List<String> missing = new ArrayList<>(realm.hosts());
        missing.removeAll(roster.members.keySet());
        throw new ClusterException(
            "E52 hosts missing   machine="
                + realm.machine()
                + " is to be hosted by "
                + realm.hosts()
                + "; no answer in "
                + within.toSeconds()
                + " s from "
                + missing);
      }
    }
  }

  private Duration within() {
    return system.settings().config().getDuration("irqlab.cluster.join-within");
  }

  /** Errors: {@link ClusterException} when something is wrong. */
  static void refuse(Optional<String> fault) {
    fault.ifPresent(
        why -> {
          throw new ClusterException(why);
        });
  }
}
