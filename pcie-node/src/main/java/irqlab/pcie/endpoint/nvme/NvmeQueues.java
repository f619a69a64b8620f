package irqlab.pcie.endpoint.nvme;

import irqlab.pcie.endpoint.EndpointContext;
import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/** The queues that exist, by id; 0 is the admin queue of each kind. */
final class NvmeQueues {
  private final SubmissionQueue[] submission;
  private final CompletionQueue[] completion;
  private final int[] ofVector;

  NvmeQueues(int ioQueues, int vectors) {
    submission = new SubmissionQueue[ioQueues + 1];
    completion = new CompletionQueue[ioQueues + 1];
    ofVector = new int[vectors];
  }

  /** How many ids there are, the admin queue included. */
  int ids() {
    return completion.length;
  }

  int vectors() {
    return ofVector.length;
  }

  /** The submission queue of this id, or null. */
  SubmissionQueue submission(int id) {
    return submission[id];
  }

  /** The completion queue of this id, or null. */
  CompletionQueue completion(int id) {
    return completion[id];
  }

  /** Makes a queue; returns a status. */
  int create(CompletionQueue queue) {
    if (queue.id >= completion.length || completion[queue.id] != null) {
      return NvmeStatus.INVALID_QUEUE_ID;
    }
    completion[queue.id] = queue;
    ofVector[queue.vector]++;
    return NvmeStatus.SUCCESS;
  }

  /** Makes a queue; returns a status. */
  int create(SubmissionQueue queue) {
    if (queue.id >= submission.length || submission[queue.id] != null) {
      return NvmeStatus.INVALID_QUEUE_ID;
    }
    int to = queue.completionQueue;
    if (to >= completion.length || completion[to] == null || (to == 0) != (queue.id == 0)) {
      return NvmeStatus.COMPLETION_QUEUE_INVALID;
    }
    submission[queue.id] = queue;
    return NvmeStatus.SUCCESS;
  }

  /** Deletes an I/O queue; returns a status. */
  int deleteSubmission(int id) {
    if (id == 0 || id >= submission.length || submission[id] == null) {
      return NvmeStatus.INVALID_QUEUE_ID;
    }
    submission[id] = null;
    return NvmeStatus.SUCCESS;
  }

  /** Deletes an I/O queue that no submission queue uses; returns a status. */
  int deleteCompletion(int id, EndpointContext context) {
    if (id == 0 || id >= completion.length || completion[id] == null) {
      return NvmeStatus.INVALID_QUEUE_ID;
    }
    for (SubmissionQueue each : submission) {
      if (each != null && each.completionQueue == id) {
        return NvmeStatus.INVALID_DELETION;
      }
    }
    context.cancel(completion[id].heldAlarm);
    ofVector[completion[id].vector]--;
    completion[id] = null;
    return NvmeStatus.SUCCESS;
  }

  /** All are gone, as after a reset of the controller. */
  void clear(EndpointContext context) {
    for (int id = 0; id < completion.length; id++) {
      if (completion[id] != null) {
        context.cancel(completion[id].heldAlarm);
        context.lower(completion[id].vector);
      }
      submission[id] = null;
      completion[id] = null;
    }
    java.util.Arrays.fill(ofVector, 0);
  }

  /** DEV-005: the condition of a vector is that a queue of it is not empty. */
  boolean condition(int vector) {
    for (CompletionQueue queue : completion) {
      if (queue != null && queue.vector == vector && queue.interrupts && !queue.empty()) {
        return true;
      }
    }
    return false;
  }

  /** {@link #condition} of the vector of a queue that has just become empty, cheaply. */
  boolean conditionOfOthers(CompletionQueue queue) {
    return ofVector[queue.vector] > 1 && condition(queue.vector);
  }

  void save(StateWriter out) {
    for (int id = 0; id < completion.length; id++) {
      out.putBoolean(completion[id] != null);
      if (completion[id] != null) {
        completion[id].save(out);
      }
      out.putBoolean(submission[id] != null);
      if (submission[id] != null) {
        submission[id].save(out);
      }
    }
  }

  void load(StateReader in) {
    java.util.Arrays.fill(ofVector, 0);
    for (int id = 0; id < completion.length; id++) {
      completion[id] = in.getBoolean() ? CompletionQueue.load(in) : null;
      if (completion[id] != null) {
        ofVector[completion[id].vector]++;
      }
      submission[id] = in.getBoolean() ? SubmissionQueue.load(in) : null;
    }
  }

  void inspect(Inspector out) {
    for (int id = 0; id < completion.length; id++) {
      if (completion[id] != null) {
        completion[id].inspect(out);
      }
      if (submission[id] != null) {
        submission[id].inspect(out);
      }
    }
  }
}
