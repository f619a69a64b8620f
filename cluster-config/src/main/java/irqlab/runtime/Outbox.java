package irqlab.runtime;

/** Takes the events that a group sends to components of other groups. */
@FunctionalInterface
public interface Outbox {
  /** Takes one event for the component of this id. */
  void post(int receiver, RemoteEvent event);
}
