import '../../../../../../services/edge-api/src/main';
