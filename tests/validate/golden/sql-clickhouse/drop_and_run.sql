refused unsupported-correlation `temporal_ordered` at correlation 0 node None: the dialect finds events one by one; it cannot relate them
