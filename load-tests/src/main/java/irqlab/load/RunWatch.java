package irqlab.load;

/** Follows a run, and may end it early. Called between check times, by the thread that runs. */
public interface RunWatch {
  /** A watch that sees nothing. */
  RunWatch NONE =
      new RunWatch() {
        @Override
        public void progress(Progress progress) {}

        @Override
        public boolean interrupted() {
          return false;
        }
      };

  /** Where the run is, at each check time and once at its end. */
  void progress(Progress progress);

  /** True when the run is to end now; what it has is still reported. */
  boolean interrupted();
}
