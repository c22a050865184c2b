refused unsupported-correlation `event_count` at correlation 0 node None: the dialect finds events one by one; it cannot relate them
