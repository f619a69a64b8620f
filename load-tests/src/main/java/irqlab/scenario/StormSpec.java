package irqlab.scenario;

import java.util.List;

/**
 * Affinity writes at random: every period some of these interrupts each get one CPU, both drawn
 * anew.
 *
 * @param on as written: a name, with {@code *} for several
 * @param queues as written: {@code q1-q4}, {@code *}
 * @param targets what these two stand for, at least one
 * @param everyPs from one round to the next; the first comes after one period
 * @param move writes in a round, at least 1; an interrupt may be drawn twice
 * @param startPs after the end of boot
 */
public record StormSpec(
    String on, String queues, List<Target> targets, long everyPs, int move, long startPs) {
  /** Copies the targets. */
  public StormSpec {
    targets = List.copyOf(targets);
  }
}
